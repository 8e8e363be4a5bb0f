/** A disk that has room for a part of what is written to it, and then for nothing, for a while or for good. */
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it, vi } from "vitest";
import { callId, freshRoot, meshThatFails } from "../journal/journal-world.ts";
import { openHome } from "../journal/ownership.ts";
import { readCallRecord } from "./call-record.ts";
import { RecordFile } from "./record-file.ts";

const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  /** As much of it as there is room for. */
  const taken = (content: unknown): Buffer => {
    const bytes = Buffer.from(String(content));
    const part = bytes.subarray(0, disk.room);
    disk.room -= part.length;
    return part;
  };
  const writeFileSync: typeof fs.writeFileSync = (file, content, options) => {
    if (typeof file !== "number") {
      fs.writeFileSync(file, content, options);
      return;
    }
    const part = taken(content);
    fs.writeFileSync(file, part);
    if (part.length < Buffer.byteLength(String(content))) throw new Error("ENOSPC");
  };
  const writeSync = (file: number, content: string, position: number): number =>
    fs.writeSync(file, taken(content), 0, undefined, position);
  return { ...fs, writeFileSync, writeSync };
});

const recorded = new URL("./recorded/", import.meta.url);
const [first = ""] = readdirSync(recorded);
const lines = readFileSync(new URL(first, recorded), "utf8").split("\n");

it.each([
  ["for a while", Number.POSITIVE_INFINITY, true],
  ["but for some bytes", 5, false],
  ["for good", 0, false],
])(
  "for which the disk is full amid a line, %s, ends with a whole one and can be read",
  async (_, later, isCut) => {
    const { mesh, records } = meshThatFails(0);
    const world = { home: await openHome(freshRoot()), mesh, stop: new AbortController().signal };
    const confirmed = Promise.resolve();
    const record = new RecordFile(callId, world, confirmed);
    await confirmed;
    // A second's lines, and then as many at once as are gathered, with one that still comes behind them.
    for (const [index, line] of lines.entries()) {
      if (index === 100) disk.room = 5_000;
      record.write(line, index < 99 ? 0 : 1_000);
    }
    disk.room = later;
    await record.save();
    disk.room = Number.POSITIVE_INFINITY;
    const [text = ""] = records.map(({ gzipped }) => gunzipSync(gzipped).toString());
    const whole = readCallRecord(lines.join("\n"));
    const kept = readCallRecord(text);
    expect(text.endsWith("\n")).toBe(true);
    expect(kept.steps.length).toBeGreaterThan(20);
    expect(kept.steps).toEqual(whole.steps.slice(0, kept.steps.length));
    expect([kept.isCut, kept.steps.length < whole.steps.length]).toEqual([isCut, true]);
  },
);
