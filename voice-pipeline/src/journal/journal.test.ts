/** The journal against a mesh that fails, doubles and forgets, and against the death of its process. */
import { appendFileSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MeshRefusal } from "../mesh.ts";
import { Journal } from "./journal.ts";
import { callId, freshRoot, journalsIn, meshThatFails } from "./journal-world.ts";
import { deliverLeftOvers } from "./left-overs.ts";
import { openHome } from "./ownership.ts";

const parts = async (root: string, failures: number) => {
  const stopping = new AbortController();
  const home = await openHome(root);
  return { home, ...meshThatFails(failures), stop: stopping.signal, stopping };
};
const file = `${callId}.jsonl`;

it("delivers in order once the mesh is back, and then forgets", async () => {
  const own = await parts(freshRoot(), 1);
  const journal = new Journal(callId, own);
  journal.append({ type: "opened", stream_sid: "MZ" }, new Date(0));
  journal.append({ type: "fault", provider: "llm", message: "slow" }, new Date(1));
  await journal.close();
  expect(own.taken.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(readdirSync(own.home.directory)).toEqual([]);
});

it("keeps on disk what a stopped process could not deliver; the next one delivers it, and the call as lost", async () => {
  const root = freshRoot();
  const dead = await parts(root, 99);
  const journal = new Journal(callId, dead);
  journal.append({ type: "opened", stream_sid: "MZ" }, new Date(0));
  dead.stopping.abort();
  await journal.close();
  appendFileSync(join(dead.home.directory, file), '{"seq":2,"type":"tu');
  await dead.home.close();

  const next = await parts(root, 0);
  const delivering = deliverLeftOvers(next, 10);
  await expect.poll(() => next.taken).toHaveLength(2);
  await expect.poll(() => journalsIn(root)).toEqual([]);
  next.stopping.abort();
  await delivering;
  expect(next.taken).toMatchObject([
    { seq: 1, type: "opened" },
    { seq: 2, type: "ended", end_reason: "node_lost", fault: "us" },
  ]);
});

it("gives the next process each turn that was cut in its midst, as far as it came", async () => {
  const root = freshRoot();
  const dead = await parts(root, 99);
  const journal = new Journal(callId, dead);
  const at = (ms: number) => new Date(ms);
  journal.append({ type: "opened", stream_sid: "MZ" }, at(0));
  journal.soFar("persona", "Hello", at(1_000));
  journal.soFar("persona", "Hello Sam", at(1_100));
  journal.soFar("caller", "Wait", at(1_700));
  journal.soFar("persona", "Hello Sam, how are", at(2_000));
  journal.append(
    {
      type: "turn",
      speaker: "persona",
      text: "Hello Sam, how are you?",
      started_at: at(1_000).toISOString(),
      ended_at: at(2_500).toISOString(),
      interrupted: false,
      latency: null,
    },
    at(2_500),
  );
  journal.soFar("caller", "Wait a moment", at(3_000));
  journal.soFar("persona", "Of", at(4_000));
  dead.stopping.abort();
  await journal.close();
  await dead.home.close();

  const next = await parts(root, 0);
  const delivering = deliverLeftOvers(next, 10);
  await expect.poll(() => next.taken).toHaveLength(5);
  next.stopping.abort();
  await delivering;
  expect(next.taken.slice(2)).toMatchObject([
    {
      speaker: "caller",
      text: "Wait a moment",
      started_at: at(1_700).toISOString(),
      ended_at: at(3_000).toISOString(),
    },
    { speaker: "persona", text: "Of", interrupted: true },
    { type: "ended", end_reason: "node_lost" },
  ]);
});

it.each([400, 404])("sets aside, whole, what the mesh will never take (%i)", async (status) => {
  const root = freshRoot();
  const own = await parts(root, 0);
  own.mesh.deliver = () => Promise.reject(new MeshRefusal(status));
  const journal = new Journal(callId, own);
  journal.append({ type: "opened", stream_sid: "MZ1" }, new Date());
  journal.append({ type: "opt_out", source: "spoken", evidence: "stop calling me" }, new Date());
  await journal.close();
  const kept = readFileSync(join(root, `${file}.refused`), "utf8")
    .trim()
    .split("\n");
  expect(kept.map((line) => JSON.parse(line).type)).toEqual(["opened", "opt_out"]);
});

it("delivers what a person lays down in the directory, while it runs", async () => {
  const root = freshRoot();
  const own = await parts(root, 0);
  own.mesh.deliver = () => Promise.reject(new MeshRefusal(404));
  const journal = new Journal(callId, own);
  journal.append({ type: "opened", stream_sid: "MZ1" }, new Date());
  await journal.close();

  const { mesh, taken } = meshThatFails(0);
  const delivering = deliverLeftOvers({ ...own, mesh }, 10);
  renameSync(join(root, `${file}.refused`), join(root, file));
  await expect.poll(() => taken.map(({ type }) => type)).toEqual(["opened", "ended"]);
  own.stopping.abort();
  await delivering;
});
