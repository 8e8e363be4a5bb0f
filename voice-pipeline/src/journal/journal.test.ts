/** The journal against a mesh that fails, doubles and forgets. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalEntry } from "@callmeback/shared/contract/voice";
import { expect, it } from "vitest";
import { type Mesh, MeshRefusal } from "../mesh.ts";
import { deliverLeftOvers, Journal } from "./journal.ts";

const callId = "0199aa00-0000-7000-8000-000000000001";

const meshThatFails = (times: number) => {
  const taken: JournalEntry[] = [];
  let failures = times;
  const mesh: Mesh = {
    openSession: () => Promise.reject(new Error("not asked")),
    hangUp: () => Promise.reject(new Error("not asked")),
    showWords: () => Promise.reject(new Error("not asked")),
    async deliver(_, entries) {
      failures -= 1;
      if (failures >= 0) throw new Error("away");
      taken.push(...entries);
      return entries.at(-1)?.seq ?? 0;
    },
  };
  return { mesh, taken };
};

it("delivers in order once the mesh is back, and then forgets", async () => {
  const directory = mkdtempSync(join(tmpdir(), "journal-"));
  const { mesh, taken } = meshThatFails(1);
  const journal = new Journal(directory, callId, mesh, new AbortController().signal);
  journal.append({ type: "opened", stream_sid: "MZ" }, new Date(0));
  journal.append({ type: "fault", provider: "llm", message: "slow" }, new Date(1));
  await journal.close();
  expect(taken.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(readdirSync(directory)).toEqual([]);
});

it("keeps on disk what a stopped process could not deliver; the next one delivers it, and the call as lost", async () => {
  const directory = mkdtempSync(join(tmpdir(), "journal-"));
  const stop = new AbortController();
  const journal = new Journal(directory, callId, meshThatFails(99).mesh, stop.signal);
  journal.append({ type: "opened", stream_sid: "MZ" }, new Date(0));
  stop.abort();
  await journal.close();
  writeFileSync(join(directory, `${callId}.jsonl`), '{"seq":2,"type":"tu', { flag: "a" });
  const { mesh, taken } = meshThatFails(0);
  await Promise.all(deliverLeftOvers(directory, mesh, new AbortController().signal));
  expect(taken.map(({ seq, type }) => [seq, type])).toEqual([
    [1, "opened"],
    [2, "ended"],
  ]);
  expect(taken.at(-1)).toMatchObject({ end_reason: "node_lost", fault: "us" });
  expect(readdirSync(directory)).toEqual([]);
});

it("sets aside, whole, what the mesh will never take", async () => {
  const directory = mkdtempSync(join(tmpdir(), "journal-"));
  const { mesh } = meshThatFails(0);
  mesh.deliver = () => Promise.reject(new MeshRefusal(404));
  const journal = new Journal(directory, callId, mesh, new AbortController().signal);
  journal.append({ type: "opened", stream_sid: "MZ1" }, new Date());
  journal.append({ type: "opt_out", source: "spoken", evidence: "stop calling me" }, new Date());
  await journal.close();
  expect(readdirSync(directory)).toEqual([`${callId}.jsonl.refused`]);
  const kept = readFileSync(join(directory, `${callId}.jsonl.refused`), "utf8")
    .trim()
    .split("\n");
  expect(kept.map((line) => JSON.parse(line).type)).toEqual(["opened", "opt_out"]);
});
