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
  const writeFileSync: typeof fs.writeFileSync = (file, content, options) => {
    const bytes = Buffer.from(String(content));
    if (typeof file !== "number" || bytes.length <= disk.room) {
      fs.writeFileSync(file, content, options);
      if (typeof file === "number") disk.room -= bytes.length;
      return;
    }
    fs.writeFileSync(file, bytes.subarray(0, disk.room));
    disk.room = 0;
    throw new Error("ENOSPC");
  };
  return { ...fs, writeFileSync };
});

const recorded = new URL("./recorded/", import.meta.url);
const [first = ""] = readdirSync(recorded);
const lines = readFileSync(new URL(first, recorded), "utf8").split("\n").slice(0, 200);

it.each([
  ["a while", Number.POSITIVE_INFINITY, true],
  ["good", 0, false],
])(
  "for which the disk is full amid a line and for %s, is cut there and can be read",
  async (_, later, isCut) => {
    const { mesh, records } = meshThatFails(0);
    const world = { home: await openHome(freshRoot()), mesh, stop: new AbortController().signal };
    const confirmed = Promise.resolve();
    const record = new RecordFile(callId, world, confirmed);
    await confirmed;
    for (const [index, line] of lines.entries()) {
      if (index === 100) disk.room = 700;
      // A second's lines at a time: twenty seconds of them.
      record.write(line, index * 100);
    }
    disk.room = later;
    await record.save();
    const [text = ""] = records.map(({ gzipped }) => gunzipSync(gzipped).toString());
    disk.room = Number.POSITIVE_INFINITY;
    const whole = readCallRecord(lines.join("\n"));
    const kept = readCallRecord(text);
    expect(kept.steps.length).toBeGreaterThan(20);
    expect(kept.steps).toEqual(whole.steps.slice(0, kept.steps.length));
    expect([kept.isCut, kept.steps.length < whole.steps.length]).toEqual([isCut, true]);
  },
);
