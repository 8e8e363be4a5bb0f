/** For tests: a telephone at the end of a media stream. It hears what it is played, and speaks by its steps. */
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import { beep } from "../../../sandbox/src/speech/beep.ts";
import { Recognizer } from "../../../sandbox/src/speech/recognizer.ts";
import { speak } from "../../../sandbox/src/speech/speak.ts";
import { callId, streamSignature, tokenOf } from "./pipeline.ts";

type Message = { event: string; media?: { payload: string }; mark?: { name: string } };

/** `over` is over the persona's words, and else after them. */
export type Step = { over: boolean } & (
  | {
      /** A dash between spaces is a pause, long enough to seem the end of the turn. */
      say: string;
    }
  | { noiseMs: number }
  | { beepMs: number }
  | { digit: string }
);

/** A stretch of sound, in milliseconds of the process's clock. */
export interface Span {
  from: number;
  until: number;
}

/** A longer silence ends a stretch of sound. */
const gapMs = 300;
const extend = (spans: Span[], at: number): void => {
  const last = spans.at(-1);
  if (last && at - last.until < gapMs) last.until = at + 20;
  else spans.push({ from: at, until: at + 20 });
};

const noise = (ms: number): Buffer => {
  let state = 7;
  return Buffer.from(
    Uint8Array.from({ length: ms * 8 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    }),
  );
};

const pause = Buffer.alloc(600 * 8, 0xff);
const soundOf = (text: string): Buffer =>
  Buffer.concat(
    text.split(" – ").flatMap((part, index) => [...(index > 0 ? [pause] : []), speak(part).audio]),
  );

/** A busy machine can be late with everything, and a pipeline that is late takes no new call: it is waited for. */
const readyWithinMs = 20_000;
const untilReady = async (streamUrl: string): Promise<void> => {
  const url = streamUrl.replace(/^ws/, "http").replace(/stream$/, "health/ready");
  for (const from = performance.now(); performance.now() - from < readyWithinMs; await wait(100))
    if ((await fetch(url)).ok) return;
};

/** A telephone that plays in real time: what is cleared before its turn is never heard. */
export const telephone = async (url: string, call: string = callId, signature = streamSignature) => {
  await untilReady(url);
  const socket = new WebSocket(url, { headers: { "x-twilio-signature": signature } });
  const heard: string[] = [];
  const recognizer = new Recognizer();
  const steps: Step[] = [];
  let playing: (Buffer | string)[] = [];
  let talking: Buffer = Buffer.alloc(0);
  let quietFrames = 0;
  let words = 0;
  /** What an observer with two ears and a stopwatch would write down. */
  const noted = {
    startedAt: 0,
    firstSoundAt: null as number | null,
    played: [] as Span[],
    spoken: [] as Span[],
    clearedAt: [] as number[],
    /** Sound at hand while the persona speaks, a value for each frame. */
    leadMs: [] as number[],
  };
  const closed = once(socket, "close");
  socket.on("message", (data) => {
    const message: Message = JSON.parse(String(data));
    if (message.media) {
      noted.firstSoundAt ??= performance.now();
      // However much comes at once, it is played at its own pace.
      const sound = Buffer.from(message.media.payload, "base64");
      for (let from = 0; from < sound.length; from += 160) playing.push(sound.subarray(from, from + 160));
    } else if (message.mark) playing.push(message.mark.name);
    else if (message.event === "clear") {
      for (const mark of playing.filter((each) => typeof each === "string")) echo(mark);
      playing = [];
      noted.clearedAt.push(performance.now());
    }
  });
  const echo = (name: string) =>
    socket.send(JSON.stringify({ event: "mark", sequenceNumber: "1", streamSid: "MZ1", mark: { name } }));
  await once(socket, "open");
  socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}');
  const customParameters = { call_id: call, stream_token: tokenOf(call) };
  socket.send(
    JSON.stringify({ event: "start", streamSid: "MZ1", start: { callSid: "CA1", customParameters } }),
  );
  const from = performance.now();
  noted.startedAt = from;
  let frames = 0;
  const tick = () => {
    while (typeof playing[0] === "string") echo(String(playing.shift()));
    const now = from + frames * 20;
    const frame = playing.shift();
    if (typeof frame === "object") {
      if (now - (noted.played.at(-1)?.from ?? now) > gapMs)
        noted.leadMs.push(playing.filter((each) => typeof each === "object").length * 20);
      if (!frame.every((byte) => byte === 0xff)) extend(noted.played, now);
    }
    quietFrames = typeof frame === "object" || talking.length > 0 ? 0 : quietFrames + 1;
    for (const event of recognizer.push(typeof frame === "object" ? frame : Buffer.alloc(160, 0xff)))
      if (event.type === "word") {
        heard.push(event.text);
        words += 1;
      }
    const [step] = steps;
    if (
      step &&
      talking.length === 0 &&
      (step.over ? words >= 4 && quietFrames === 0 : words > 0 && quietFrames > 40)
    ) {
      if ("digit" in step)
        socket.send(JSON.stringify({ event: "dtmf", streamSid: "MZ1", dtmf: { digit: step.digit } }));
      else if ("beepMs" in step) talking = beep(step.beepMs);
      else talking = "say" in step ? soundOf(step.say) : noise(step.noiseMs);
      steps.shift();
      words = 0;
    }
    if (talking.length > 0) extend(noted.spoken, now);
    const sound = Buffer.alloc(160, 0xff);
    talking.copy(sound, 0, 0, 160);
    talking = talking.subarray(160);
    const payload = sound.toString("base64");
    socket.send(JSON.stringify({ event: "media", streamSid: "MZ1", media: { track: "inbound", payload } }));
  };
  const timer = setInterval(() => {
    for (; frames * 20 < performance.now() - from && socket.readyState === WebSocket.OPEN; frames += 1)
      tick();
  }, 10);
  void closed.then(() => clearInterval(timer));
  /** Whether it has spoken by all its steps. */
  const hasSpoken = () => steps.length === 0 && talking.length === 0;
  return { socket, heard, steps, closed, noted, hasSpoken };
};
