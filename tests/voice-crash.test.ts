// The voice pipeline is replaced amid fifty calls, and killed amid fifty calls: real processes, real signals, by sound, over
// the whole house on a real PostgreSQL. A replacement cuts nobody; a death costs nobody anything, and loses no more than a
// second of anybody's words.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "../infra/database/postgres-server.ts";
import type { Account } from "../infra/demo/agreement.ts";
import type { Stack } from "../infra/stack/start-stack.ts";
import { addCallers, type Caller, callAll, type PlacedCall, settled, wrongWith } from "./fixtures/callers.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

const callers = 50;
const endedWithinMs = 60_000;
let stack: Stack;
let stopServer: () => Promise<void>;
let people: Caller[];

beforeAll(async () => {
  const server = await startPostgres();
  stopServer = () => server.close();
  stack = await startTestStack({ DATABASE_URL: server.url, RATE_LIMIT_SCALE: "1000" });
  people = await addCallers(stack, callers + 1);
}, 180_000);
afterAll(async () => {
  await stack.stop();
  await stopServer();
});

const wordsOf = (texts: readonly { text: string }[]): string[] =>
  texts
    .flatMap(({ text }) => text.toLowerCase().split(/\s+/))
    .map((word) => word.replace(/[^\p{L}\p{N}]/gu, ""))
    .filter((word) => word !== "");

/** Waits until every telephone was told so many words after its own first ones. */
const allInTheMidst = (calls: PlacedCall[], words: number) =>
  Promise.all(
    calls.map(({ caller }) =>
      expect
        .poll(
          async () => {
            const line = (await caller.api.phone(caller.phone)).calls.at(-1);
            const saidAt = line?.said[0]?.at;
            const after = line?.heard.filter(({ at }) => saidAt !== undefined && at > saidAt) ?? [];
            return wordsOf(after).length;
          },
          { timeout: 90_000, interval: 1_000 },
        )
        .toBeGreaterThanOrEqual(words),
    ),
  );

const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${stack.voiceUrl}/metrics`)).text();
  return Number(new RegExp(`^callmeback_voice_${name} (\\d+)$`, "m").exec(text)?.[1]);
};

test("SIGTERM amid 50 calls: the next process takes the new calls, none is cut, every transcript is whole", {
  timeout: 300_000,
}, async () => {
  const script = ({ secret }: Caller) => [
    { say: `Hello, I am ${secret}.` },
    { say: "What did I say?" },
    { say: "Goodbye!" },
    { silenceMs: 30_000 },
    { hangup: true },
  ];
  const running = await callAll(people.slice(0, callers), script);
  await allInTheMidst(running, 1);
  expect(await metric("calls")).toBe(callers);
  const first = await stack.voice.replace();
  expect(stack.voice.pid).not.toBe(first.pid);

  const late = await callAll(people.slice(callers), script);
  const wrong = await Promise.all([...running, ...late].map(wrongWithWhole));
  expect(wrong.flat()).toEqual([]);
  expect(await first.ended).toBe("exit code 0");
  expect(await metric("calls_total")).toBe(late.length);
});

test("kill -9 amid 50 calls: each ends as ours and costs nothing, with every word up to the last second", {
  timeout: 300_000,
}, async () => {
  const calls = await callAll(people.slice(0, callers), ({ secret }) => [
    { say: `Hello, I am ${secret}. Please tell me a long story.` },
    { silenceMs: 120_000 },
  ]);
  await allInTheMidst(calls, 12);
  const killed = stack.voice.pid ?? 0;
  const killedAt = performance.now();
  process.kill(killed, "SIGKILL");

  // The stack starts the next one, which finds fifty journals.
  await expect.poll(() => stack.voice.pid, { timeout: 30_000 }).not.toBe(killed);
  const accounts = await Promise.all(calls.map((call) => settled(stack, call)));
  expect(performance.now() - killedAt).toBeLessThan(endedWithinMs);
  expect(accounts.map(endOf)).toEqual(accounts.map(() => lost));
  expect(accounts.filter(({ stripe }) => stripe.amount_received > 0)).toEqual([]);
  expect(accounts.flatMap(lostWords)).toEqual([]);
  const strangers = accounts.filter(
    ({ call }, index) => !call.turns.some(({ text }) => text.includes(people[index]?.secret ?? "?")),
  );
  expect(strangers).toEqual([]);
  await expect.poll(taken, { timeout: 30_000 }).toHaveLength(callers);
});

test("kill -9 with no process to follow: each call ends all the same, as ours and for nothing", {
  timeout: 180_000,
}, async () => {
  const calls = await callAll(people.slice(0, 5), () => [{ say: "Hello!" }, { silenceMs: 120_000 }]);
  await allInTheMidst(calls, 1);
  const killedAt = performance.now();
  process.kill(stack.voice.pid ?? 0, "SIGKILL");
  await stack.voice.stop();
  const accounts = await Promise.all(calls.map((call) => settled(stack, call)));
  expect(performance.now() - killedAt).toBeLessThan(endedWithinMs);
  expect(accounts.map(endOf)).toEqual(accounts.map(() => lost));
  expect(accounts.filter(({ stripe }) => stripe.amount_received > 0)).toEqual([]);
});

const endOf = ({ call }: Account) => [call.status, call.end_reason, call.fault, call.cost];
const lost = ["failed", "node_lost", "us", 0];

const told = ({ call }: Account) => call.turns.filter(({ speaker }) => speaker === "persona");
const letters = (texts: readonly { text: string }[]): number => wordsOf(texts).join("").length;

/**
 * What is wrong with a call that was to be whole. A machine with two cores is heard as clipped words when fifty calls and a new
 * process begin on it, so the handset need not have understood each word; a call that was cut would have lost far more.
 */
async function wrongWithWhole(placed: PlacedCall): Promise<string[]> {
  const account = await settled(stack, placed);
  const heard = told(account).map(({ text }) => ({ at: "", text }));
  const wrong = wrongWith({ ...account, heard }, placed.caller);
  const share = letters(account.heard) / letters(heard);
  return [
    ...wrong,
    ...(account.call.end_reason === "persona_goodbye" ? [] : [`it ended by ${account.call.end_reason}`]),
    ...(share > 0.8 ? [] : [`${placed.caller.secret} heard ${Math.round(share * 100)} % of it`]),
  ];
}

/** Words that are spoken in a second, and the one that was cut. */
const mostApart = 4;

/**
 * The greeting, the caller's turn and the story, of which the stored words go on to the last second's: their end is found near
 * the end of what was heard (or the other way round, where the telephone was the later one).
 */
function lostWords(account: Account): string[] {
  const stored = wordsOf(told(account));
  const all = wordsOf(account.heard);
  // "We are sorry: the connection broke …": the carrier's voice, after the persona's.
  const apology = all.lastIndexOf("connection") - 4;
  const heard = all.slice(0, apology);
  const apart = Math.min(wordsAfter(heard, stored.slice(-2)), wordsAfter(stored, heard.slice(-2)));
  const speakers = account.call.turns.map(({ speaker }) => speaker);
  if (apology > 0 && apart <= mostApart && speakers.join() === "persona,caller,persona") return [];
  return [`${speakers}: stored "… ${stored.slice(-9).join(" ")}", heard "… ${all.slice(-30).join(" ")}"`];
}

/** How many words follow the last place where these stand. */
function wordsAfter(all: string[], these: string[]): number {
  const at = all.findLastIndex((_, index) => these.every((word, offset) => all[index + offset] === word));
  return at === -1 ? all.length : all.length - at - these.length;
}

/** Each journal that was taken over, once, with a line of its own in the log. */
function taken(): string[] {
  const lines = stack
    .logs()
    .flatMap((line) => /"journal_taken_over","call_id":"([^"]+)"/.exec(line)?.[1] ?? []);
  return [...new Set(lines)].length === lines.length ? lines : ["one was taken twice"];
}
