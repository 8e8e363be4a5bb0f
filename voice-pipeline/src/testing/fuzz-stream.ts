/**
 * For tests: one stream as a broken, confused or hostile Twilio would send it. A seed makes it; the same seed makes the same bytes
 * but for masks. It begins as a good stream, with a token that opens a call, and goes wrong here and there.
 */
import { setTimeout as wait } from "node:timers/promises";
import { tokenOf } from "./pipeline.ts";
import { bytes, pick, type Random, randomOf, upTo } from "./random.ts";
import { frame, openRaw } from "./raw-socket.ts";

/** Sound that is silence, noise or a tone, so that hearing has something to think about. */
const sound = (random: Random): string => {
  const kind = upTo(random, 3);
  return (
    kind === 0 ? Buffer.alloc(160, 0xff) : kind === 1 ? bytes(random, 160) : Buffer.alloc(160, 0x20)
  ).toString("base64");
};

const goodMessages = (call: string, random: Random): object[] => {
  const sid = { streamSid: "MZ1" };
  const customParameters = { call_id: call, stream_token: tokenOf(call) };
  const middle = Array.from({ length: 20 + upTo(random, 120) }, (_, index): object => {
    const kind = random();
    if (kind < 0.85)
      return {
        event: "media",
        ...sid,
        media: { track: "inbound", chunk: `${index + 1}`, payload: sound(random) },
      };
    if (kind < 0.93)
      return {
        event: "mark",
        ...sid,
        mark: { name: `${upTo(random, 9)}:${upTo(random, 9_999)}:${pick(random, ["part", "end"])}` },
      };
    return {
      event: "dtmf",
      ...sid,
      dtmf: { track: "inbound_track", digit: pick(random, [..."0123456789*#"] as ["0"]) },
    };
  });
  return [
    { event: "connected", protocol: "Call", version: "1.0.0" },
    { event: "start", ...sid, start: { callSid: "CA1", customParameters } },
    ...middle,
  ];
};

/** A value somewhere in a message becomes something else. */
const retyped = (text: string, random: Random): string => {
  const values = [...text.matchAll(/:("[^"]*"|\{)/g)];
  const chosen = values[upTo(random, values.length)];
  if (chosen === undefined) return text;
  const other = pick(random, [
    "null",
    "-1",
    "[]",
    "{}",
    "true",
    '""',
    "1e999",
    '"\\u0000"',
    '"\\ud800"',
    `"${"9".repeat(400)}"`,
  ]);
  return `${text.slice(0, chosen.index + 1)}${other}${text.slice(chosen.index + chosen[0].length)}`;
};

type Spoil = (text: string, random: Random) => Buffer[];

/** What a stream survives: each is one message left out, or read otherwise. */
const spoils: readonly [Spoil, ...Spoil[]] = [
  (text) => [frame(text), frame(text)],
  (text, random) => [frame(text.slice(0, upTo(random, text.length)))],
  (text, random) => [frame(retyped(text, random))],
  (text, random) => {
    const at = upTo(random, text.length);
    return [frame(text.slice(0, at) + String.fromCharCode(32 + upTo(random, 95)) + text.slice(at + 1))];
  },
  (_, random) => [frame(bytes(random, upTo(random, 300)).toString("latin1"))],
  (text) => [frame(text, { opcode: 2 })],
  () => [frame("[".repeat(20_000))],
  () => [frame(`{"event":"media","streamSid":"MZ1","media":{"payload":"${"A".repeat(40_000)}"}}`)],
  () => [frame(`{"event":"media","streamSid":"MZ1","media":{"payload":"%%%","chunk":"-5"}}`)],
  () => [frame('{"event":"__proto__","streamSid":"MZ1"}'), frame("")],
  (text) => [frame("", { opcode: 9 }), frame(text), frame("x", { opcode: 10 })],
  (text) => {
    const half = Math.floor(text.length / 2);
    return [
      frame(text.slice(0, half), { isLast: false }),
      frame("", { opcode: 9 }),
      frame(text.slice(half), { opcode: 0 }),
    ];
  },
  () => [frame('{"event":"start","streamSid":"MZ2","start":{"callSid":"CA2","customParameters":{}}}')],
];

/** What ends a stream. */
const ends: readonly [Spoil, ...Spoil[]] = [
  () => [frame('{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}')],
  () => [frame(Buffer.from([0x03, 0xe8]), { opcode: 8 })],
  () => [frame("A".repeat(70_000))],
  (text) => [frame(text, { isMasked: false })],
  (text, random) => [frame(text, { reservedBits: 1 + upTo(random, 7) })],
  (text, random) => [frame(text, { opcode: 3 + upTo(random, 5) })],
  (_, random) => [frame(Buffer.from([0xc3, 0x28, 0xff])), bytes(random, 200)],
  (text) => [frame(text, { missing: 500 })],
  () => [frame("x".repeat(200), { opcode: 9 })],
  () => Array.from({ length: 3_000 }, () => frame('{"event":"mark","streamSid":"MZ1","mark":{"name":"x"}}')),
  () => [],
];

export interface FuzzStream {
  messages: number;
}

/** Sends it; the socket is gone when this settles. */
export const fuzzStream = async (url: string, call: string, seed: number): Promise<FuzzStream> => {
  const random = randomOf(seed);
  const socket = await openRaw(url);
  if (socket === null) return { messages: 0 };
  const spoiling = pick(random, [0, 0.05, 0.3, 0.9]);
  const isDeaf = random() < 0.1;
  if (isDeaf) socket.pause();
  const texts = goodMessages(call, random).map((message) => JSON.stringify(message));
  // Out of order: two change places, at times the very first.
  if (random() < 0.4) {
    const at = upTo(random, texts.length - 1);
    [texts[at], texts[at + 1]] = [texts[at + 1] ?? "", texts[at] ?? ""];
  }
  let messages = 0;
  for (const [index, text] of texts.entries()) {
    if (socket.destroyed) break;
    const isGood = index < 2 ? random() > spoiling / 10 : random() > spoiling;
    const frames = isGood ? [frame(text)] : pick(random, spoils)(text, random);
    messages += frames.length;
    for (const each of frames) socket.write(each);
    // Long enough that the call is opened while the rest comes, short enough that much comes.
    if (random() < 0.1) await wait(upTo(random, 30));
  }
  for (const each of pick(random, ends)(texts.at(-1) ?? "", random)) socket.write(each);
  await wait(upTo(random, 60));
  if (random() < 0.5) socket.end();
  await wait(upTo(random, 20));
  socket.destroy();
  return { messages };
};
