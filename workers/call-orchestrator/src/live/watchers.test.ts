// News of a call comes from requests that know nothing of each other; a watcher must still get each turn once, and the end last.
import { Failure } from "@callmeback/shared/contract/errors";
import type { LiveMessage } from "@callmeback/shared/contract/live";
import { beforeEach, expect, test } from "vitest";
import type { LiveTurn } from "./live-calls.ts";
import { type LiveState, Watchers } from "./watchers.ts";

class TestSocket {
  readonly messages: LiveMessage[] = [];
  closedWith: number | null = null;
  #memory: unknown = null;

  send(text: string) {
    if (this.closedWith !== null) throw new Error("closed");
    this.messages.push(JSON.parse(text));
  }
  close(code: number) {
    this.closedWith ??= code;
  }
  serializeAttachment(value: unknown) {
    this.#memory = structuredClone(value);
  }
  deserializeAttachment() {
    return this.#memory;
  }
  /** What was told, in short: a status, a turn's number, or words. */
  get told() {
    return this.messages.map((message) =>
      message.type === "call" ? message.call.status : message.type === "turn" ? message.seq : message.text,
    );
  }
}

const callId = "0199aa00-0000-7000-8000-000000000001";
const state = (status: LiveState["call"]["status"]): LiveState => ({
  type: "call",
  call: {
    id: callId,
    status,
    end_reason: null,
    fault: null,
    start_time: null,
    end_time: null,
    duration: null,
    cost: null,
  },
  meter: { connection: 0.25, per_minute: 0.4, at_most: 2.25 },
});
const turn = (seq: number): LiveTurn => ({
  type: "turn",
  seq,
  speaker: "caller",
  text: "Hello",
  started_at: "2026-11-21T12:00:00.000Z",
  ended_at: "2026-11-21T12:00:01.000Z",
  interrupted: false,
  latency: null,
});

let sockets: TestSocket[];
/** The database: what is stored, how often it was read, and a read that is kept waiting. */
let stored: { status: LiveState["call"]["status"]; seqs: number[] };
let reads: number;
let slowRead: Promise<void>;
/** Watchers whose token is good no more. */
let shut: Set<string>;
let watchers: Watchers;

beforeEach(() => {
  sockets = [];
  stored = { status: "in-progress", seqs: [] };
  reads = 0;
  slowRead = Promise.resolve();
  shut = new Set();
  watchers = open();
});

const open = () =>
  new Watchers({
    sockets: () => sockets.filter(({ closedWith }) => closedWith === null),
    async read(watcher, _, after) {
      reads += 1;
      if (shut.has(watcher)) throw new Failure("TOKEN_REVOKED", "This token has been revoked.");
      const { status, seqs } = structuredClone(stored);
      await slowRead;
      return { state: state(status), turns: seqs.filter((seq) => seq > after).map(turn) };
    },
  });

async function come(after = 0, watcher = "ada") {
  const socket = new TestSocket();
  sockets.push(socket);
  watchers.welcome(socket, watcher, after);
  await watchers.tell(callId);
  return socket;
}

test("the carrier's last word may overtake the news of the last turn", async () => {
  const socket = await come();
  stored = { status: "completed", seqs: [1, 2] };
  await watchers.tell(callId);
  expect(socket.told).toEqual(["in-progress", 1, 2, "completed"]);
  expect(socket.closedWith).toBe(1000);
});

test("an end that comes while a newcomer's past is being read is told after it, and closes", async () => {
  const read = Promise.withResolvers<void>();
  slowRead = read.promise;
  stored = { status: "in-progress", seqs: [1] };
  const coming = come();
  // The reading has begun, with what was stored then.
  await expect.poll(() => reads).toBe(1);
  stored = { status: "completed", seqs: [1, 2] };
  const news = watchers.tell(callId);
  read.resolve();
  const socket = await coming;
  await news;
  expect(socket.told).toEqual(["in-progress", 1, 2, "completed"]);
  expect(socket.closedWith).toBe(1000);
});

test("news that comes at once is read once, and told once to each, from where each one is", async () => {
  const first = await come();
  stored.seqs = [1, 2, 3];
  const second = await come(2);
  const before = reads;
  stored.seqs = [1, 2, 3, 4];
  await Promise.all([watchers.tell(callId), watchers.tell(callId), watchers.tell(callId)]);
  expect(reads).toBe(before + 1);
  expect(first.told).toEqual(["in-progress", 1, 2, 3, 4]);
  expect(second.told).toEqual(["in-progress", 3, 4]);
});

test("a sleep of the object loses nothing and repeats nothing", async () => {
  const socket = await come();
  stored.seqs = [1];
  await watchers.tell(callId);
  watchers = open();
  stored.seqs = [1, 2];
  await watchers.tell(callId);
  expect(socket.told).toEqual(["in-progress", 1, 2]);
});

test("a reading that fails sends a newcomer away to come again, and is made good to the others by the next news", async () => {
  const socket = await come();
  stored.seqs = [1];
  slowRead = Promise.reject(new Error("away"));
  const newcomer = new TestSocket();
  sockets.push(newcomer);
  watchers.welcome(newcomer, "ada", 0);
  await expect(watchers.tell(callId)).rejects.toThrow("away");
  expect([newcomer.closedWith, socket.closedWith]).toEqual([1011, null]);
  slowRead = Promise.resolve();
  await watchers.tell(callId);
  expect(socket.told).toEqual(["in-progress", 1]);
});

test("one whose token was revoked is told nothing more, and the others all", async () => {
  const [gone, other] = [await come(0, "revoked"), await come(0, "ada")];
  shut.add("revoked");
  stored.seqs = [1];
  await watchers.tell(callId);
  expect([gone.told, gone.closedWith]).toEqual([["in-progress"], 4401]);
  expect([other.told, other.closedWith]).toEqual([["in-progress", 1], null]);
});

test("words go to those who know the past already, and say whether somebody watches", async () => {
  expect(watchers.words({ type: "words", speaker: "caller", text: "Hel" })).toBe(false);
  const socket = await come();
  const newcomer = new TestSocket();
  sockets.push(newcomer);
  watchers.welcome(newcomer, "ada", 0);
  expect(watchers.words({ type: "words", speaker: "caller", text: "Hello" })).toBe(true);
  expect(socket.told).toEqual(["in-progress", "Hello"]);
  expect(newcomer.told).toEqual([]);
});
