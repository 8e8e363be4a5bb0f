/** For tests: a directory, and a mesh that fails as often as it is told to before it takes. */
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalEntry } from "@callmeback/shared/contract/voice";
import type { PartWorld } from "../recording/part-file.ts";
import type { RecordWorld } from "../replay/packed-record.ts";
import type { JournalParts } from "./journal.ts";

export const callId = "0199aa00-0000-7000-8000-000000000001";

export const freshRoot = (): string => mkdtempSync(join(tmpdir(), "journal-"));

/** Paths of all journals under a directory, relative to it. */
export const journalsIn = (root: string): string[] =>
  existsSync(root)
    ? readdirSync(root, { recursive: true })
        .map(String)
        .filter((path) => path.endsWith(".jsonl"))
    : [];

export const meshThatFails = (times: number) => {
  const taken: JournalEntry[] = [];
  let failures = times;
  const parts: { part: number; sealed: Buffer }[] = [];
  const records: { call: string; gzipped: Buffer }[] = [];
  const mesh: JournalParts["mesh"] & PartWorld["mesh"] & RecordWorld["mesh"] = {
    async deliver(_, entries) {
      failures -= 1;
      if (failures >= 0) throw new Error("away");
      taken.push(...entries);
      return entries.at(-1)?.seq ?? 0;
    },
    async handInPart(_, part, sealed) {
      failures -= 1;
      if (failures >= 0) throw new Error("away");
      parts.push({ part, sealed });
    },
    async handInRecord(call, gzipped) {
      failures -= 1;
      if (failures >= 0) throw new Error("away");
      records.push({ call, gzipped });
    },
  };
  return { mesh, taken, parts, records };
};

/** Takes entries as the real one does: each once, and none after a missing one. */
export const strictMesh = () => {
  const world = meshThatFails(0);
  const { taken } = world;
  world.mesh.deliver = async (_, entries) => {
    for (const entry of entries) if (entry.seq === taken.length + 1) taken.push(entry);
    return taken.length;
  };
  return world;
};
