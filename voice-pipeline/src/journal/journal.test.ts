/** The journal against a mesh that fails, doubles and forgets, and against the death of its process. */
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, expect, it, vi } from "vitest";
import { MeshRefusal } from "../mesh.ts";
import { Journal } from "./journal.ts";
import { readJournal } from "./journal-file.ts";
import { callId, freshRoot, journalsIn, meshThatFails, strictMesh } from "./journal-world.ts";
import { deliverLeftOvers } from "./left-overs.ts";
import { openHome } from "./ownership.ts";

/** How many bytes the disk has room for, how often it was waited for, and how many files it will not open. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY, syncs: 0, shut: 0 }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const writeSync = (file: number, bytes: Buffer): number => {
    if (disk.room === 0) throw new Error("ENOSPC");
    const count = fs.writeSync(file, bytes.subarray(0, disk.room));
    disk.room -= count;
    return count;
  };
  const fdatasync: typeof fs.fdatasync = Object.assign(
    (file: number, done: (error: NodeJS.ErrnoException | null) => void) => {
      disk.syncs += 1;
      fs.fdatasync(file, done);
    },
    fs.fdatasync,
  );
  const openSync = (path: string, flags: string): number => {
    disk.shut -= 1;
    if (disk.shut >= 0) throw new Error("EMFILE");
    return fs.openSync(path, flags);
  };
  return { ...fs, openSync, writeSync, fdatasync };
});
beforeEach(() => {
  disk.room = Number.POSITIVE_INFINITY;
  disk.syncs = 0;
  disk.shut = 0;
});

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

it("waits for the disk where the mesh is away, and only there", async () => {
  const turn = {
    type: "turn",
    speaker: "caller",
    text: "Hello",
    started_at: new Date(0).toISOString(),
    ended_at: new Date(1).toISOString(),
    interrupted: false,
    latency: null,
  } as const;
  const well = await parts(freshRoot(), 0);
  const taken = new Journal(callId, well);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  taken.append(turn, new Date(1));
  await vi.advanceTimersByTimeAsync(10_000);
  vi.useRealTimers();
  await taken.close();
  expect([well.taken.length, disk.syncs]).toEqual([1, 0]);

  const away = await parts(freshRoot(), 99);
  const kept = new Journal(callId, away);
  kept.append(turn, new Date(1));
  await expect.poll(() => disk.syncs).toBe(1);
  kept.append(turn, new Date(2));
  away.stopping.abort();
  await kept.close();
  expect(disk.syncs).toBe(2);
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

it("gives the next process nothing of a turn that turned out to be nobody's", async () => {
  const root = freshRoot();
  const dead = await parts(root, 99);
  const journal = new Journal(callId, dead);
  journal.append({ type: "opened", stream_sid: "MZ" }, new Date(0));
  journal.soFar("caller", "how are you", 1_000);
  journal.soFar("caller", "", 1_100);
  journal.soFar("caller", "", 9_000);
  dead.stopping.abort();
  await journal.close();
  await dead.home.close();

  const next = await parts(root, 0);
  const delivering = deliverLeftOvers(next, 10);
  await expect.poll(() => next.taken).toHaveLength(2);
  next.stopping.abort();
  await delivering;
  expect(next.taken.map(({ type }) => type)).toEqual(["opened", "ended"]);
});

it("gives the next process each turn that was cut in its midst, as far as it came", async () => {
  const root = freshRoot();
  const dead = await parts(root, 99);
  const journal = new Journal(callId, dead);
  const at = (ms: number) => new Date(ms);
  journal.append({ type: "opened", stream_sid: "MZ" }, at(0));
  journal.soFar("persona", "Hello", at(1_000).getTime());
  journal.soFar("persona", "Hello Sam", at(1_100).getTime());
  journal.soFar("caller", "Wait", at(1_700).getTime());
  journal.soFar("persona", "Hello Sam, how are", at(2_000).getTime());
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
  journal.soFar("caller", "Wait a moment", at(3_000).getTime());
  journal.soFar("persona", "Of", at(4_000).getTime());
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

it("counts no entry that it cannot take, so that none after it is held up", async () => {
  const own = { ...(await parts(freshRoot(), 0)), ...strictMesh() };
  const journal = new Journal(callId, own);
  journal.append({ type: "opened", stream_sid: "MZ" }, new Date(0));
  expect(() => journal.append({ type: "opened", stream_sid: "x".repeat(65) }, new Date(1))).toThrow();
  journal.append({ type: "fault", provider: "llm", message: "slow" }, new Date(2));
  await journal.close();
  expect(own.taken.map(({ seq, type }) => [seq, type])).toEqual([
    [1, "opened"],
    [2, "fault"],
  ]);
});

it("keeps and delivers what a database would refuse without that, and all else as it is", async () => {
  const own = await parts(freshRoot(), 0);
  own.mesh.deliver = () => Promise.reject(new Error("away"));
  const journal = new Journal(callId, own);
  const say = (message: string) => journal.append({ type: "fault", provider: "llm", message }, new Date(0));
  say("It is down 🙂");
  say("It is\0 down 🙂".slice(0, -1));
  const { entries } = await readJournal(join(own.home.directory, file));
  expect(entries).toMatchObject([{ message: "It is down 🙂" }, { message: "It is down \ufffd" }]);
  const { mesh, taken } = strictMesh();
  own.mesh.deliver = mesh.deliver;
  await journal.close();
  expect(taken).toEqual(entries);
});

it("takes out of a file of an older process what a database would refuse", async () => {
  const root = freshRoot();
  const at = new Date(0).toISOString();
  const fault = { seq: 1, at, type: "fault", provider: "llm", message: "half \ud83d\0" };
  const cut = { so_far: { speaker: "caller", text: "Well \ud83d", started_at: at, at } };
  writeFileSync(join(root, file), [fault, cut].map((line) => `${JSON.stringify(line)}\n`).join(""));
  const own = { ...(await parts(root, 0)), ...strictMesh() };
  const delivering = deliverLeftOvers(own, 10);
  await expect.poll(() => journalsIn(root)).toEqual([]);
  own.stopping.abort();
  await delivering;
  expect(own.taken).toMatchObject([
    { type: "fault", message: "half \ufffd" },
    { type: "turn", text: "Well \ufffd" },
    { type: "ended" },
  ]);
});

it("tries again what it took over and could not open", async () => {
  const root = freshRoot();
  const at = new Date(0).toISOString();
  const opened = { seq: 1, at, type: "opened", stream_sid: "MZ" };
  writeFileSync(join(root, file), `${JSON.stringify(opened)}\n`);
  const own = { ...(await parts(root, 0)), ...strictMesh() };
  disk.shut = 2;
  const delivering = deliverLeftOvers(own, 1);
  await expect.poll(() => journalsIn(root)).toEqual([]);
  own.stopping.abort();
  await delivering;
  expect(own.taken).toMatchObject([opened, { type: "ended", end_reason: "node_lost" }]);
  expect(disk.shut).toBeLessThan(0);
});

it("sets aside later what it could not set aside at once", async () => {
  const root = freshRoot();
  const own = await parts(root, 0);
  own.mesh.deliver = () => Promise.reject(new MeshRefusal(404));
  const journal = new Journal(callId, own);
  journal.append({ type: "opened", stream_sid: "MZ" }, new Date(0));
  const refused = join(root, `${file}.refused`);
  mkdirSync(refused);
  await expect(journal.close()).rejects.toThrow();
  rmdirSync(refused);
  const delivering = deliverLeftOvers(own, 1);
  await expect.poll(() => journalsIn(root)).toEqual([]);
  own.stopping.abort();
  await delivering;
  expect(readFileSync(refused, "utf8")).toContain('"opened"');
});

it.each([0, 30])("loses nothing to a disk that is full for a while, %i bytes into a line", async (room) => {
  const own = { ...(await parts(freshRoot(), 99)), ...strictMesh() };
  const { deliver } = own.mesh;
  own.mesh.deliver = () => Promise.reject(new Error("away"));
  const journal = new Journal(callId, own);
  const say = (message: string) => journal.append({ type: "fault", provider: "llm", message }, new Date(0));
  say("one");
  disk.room = room;
  say("two");
  journal.soFar("caller", "Well", 1);
  disk.room = Number.POSITIVE_INFINITY;
  say("three");
  const path = join(own.home.directory, file);
  const kept = await readJournal(path);
  expect(kept.entries.map((entry) => entry.type === "fault" && [entry.seq, entry.message])).toEqual([
    [1, "one"],
    [2, "two"],
    [3, "three"],
  ]);
  own.mesh.deliver = deliver;
  await journal.close();
  expect(own.taken).toEqual(kept.entries);
});

it("delivers a file that has a gap, which the mesh would wait at for ever", async () => {
  const root = freshRoot();
  const line = (seq: number) =>
    JSON.stringify({ seq, at: new Date(0).toISOString(), type: "fault", provider: "llm", message: `${seq}` });
  writeFileSync(join(root, file), [line(1), line(2), line(4), line(5)].join("\n"));
  const next = { ...(await parts(root, 0)), ...strictMesh() };
  const delivering = deliverLeftOvers(next, 10);
  await expect.poll(() => journalsIn(root)).toEqual([]);
  next.stopping.abort();
  await delivering;
  expect(next.taken.map((entry) => (entry.type === "fault" ? entry.message : entry.type))).toEqual([
    ...["1", "2", "4", "5"],
    "ended",
  ]);
});

it("waits longer and longer for a mesh that answers and takes nothing", async () => {
  const own = await parts(freshRoot(), 0);
  const asked: number[] = [];
  own.mesh.deliver = async () => {
    asked.push(performance.now());
    return 0;
  };
  const journal = new Journal(callId, own);
  journal.append({ type: "opened", stream_sid: "MZ" }, new Date(0));
  await expect.poll(() => asked.length, { timeout: 3_000 }).toBe(3);
  own.stopping.abort();
  await journal.close();
  const [first = 0, second = 0, third = 0] = asked;
  expect(second - first).toBeGreaterThanOrEqual(195);
  expect(third - second).toBeGreaterThanOrEqual(395);
});

it("keeps a long turn in little more room than its words take", async () => {
  const own = await parts(freshRoot(), 99);
  const journal = new Journal(callId, own);
  let text = "";
  for (let at = 0; at < 600_000; at += 500) {
    text += "and so on ";
    journal.soFar("persona", text, at);
  }
  const path = join(own.home.directory, file);
  expect(statSync(path).size).toBeLessThan(1_200 * 160 + text.length);
  expect((await readJournal(path)).unfinished).toMatchObject([{ text: text.slice(0, 20_000) }]);
  own.stopping.abort();
  await journal.close();
});

it("reads back the last words of a turn, however they changed on their way", async () => {
  const texts = fc.array(fc.string({ minLength: 1, unit: fc.constantFrom("a", "b", "é", "🙂", "\n") }), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(texts, async (all) => {
      const own = await parts(freshRoot(), 99);
      const journal = new Journal(callId, own);
      for (const [index, text] of all.entries()) journal.soFar("caller", text, index * 1_000);
      const { unfinished } = await readJournal(join(own.home.directory, file));
      own.stopping.abort();
      await journal.close();
      await own.home.close();
      expect(unfinished).toMatchObject([{ text: all.at(-1) }]);
    }),
    { numRuns: 30 },
  );
});

it("takes over the journals of fifty calls without holding up a call of its own", async () => {
  const root = freshRoot();
  const at = new Date(0).toISOString();
  const turn = { at, type: "turn", text: "and so on ".repeat(10), started_at: at, ended_at: at };
  const rest = { interrupted: false, latency: null };
  const whole = Array.from({ length: 1_000 }, (_, index) => {
    const speaker = index % 2 === 0 ? "caller" : "persona";
    const text = turn.text;
    return [{ so_far: { speaker, text, started_at: at, at } }, { ...turn, ...rest, speaker, seq: index + 1 }];
  })
    .flat()
    .map((line) => JSON.stringify(line))
    .join("\n");
  for (let call = 0; call < 50; call += 1)
    writeFileSync(join(root, file.replace(/..\.jsonl$/, `${call + 10}.jsonl`)), whole);
  const own = await parts(root, 0);
  let taken = 0;
  own.mesh.deliver = async (_, entries) => {
    taken += entries.length;
    return entries.at(-1)?.seq ?? 0;
  };
  let [longest, last] = [0, performance.now()];
  const frames = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 20);
  const delivering = deliverLeftOvers(own, 10);
  await expect.poll(() => taken, { timeout: 60_000 }).toBe(50 * 1_001);
  clearInterval(frames);
  own.stopping.abort();
  await delivering;
  expect(longest).toBeLessThan(200);
}, 70_000);
