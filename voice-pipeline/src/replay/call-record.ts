/**
 * A call as its pure core saw it, one line each: who it was with, every event with its time, and what the core decided. No sound
 * is needed to run it again. The two events of which there are most have short lines: a tick is a number, a frame that
 * was sent a pair. Times are milliseconds from the first event, to a tenth.
 */
import { type VoiceSession, voiceSession } from "@callmeback/shared/contract/voice";
import * as z from "zod";
import type { Action, ConversationEvent } from "../conversation/events.ts";

const id = z.int().min(0);
const text = z.string();
const call = z.strictObject({ id: text, name: text, arguments: text });
const time = { at: z.number().min(0) };
const event = z.discriminatedUnion("type", [
  z.strictObject({
    ...time,
    type: z.enum([
      ...["started", "sound", "quiet", "beep", "turn-resumed"],
      ...["hearing-away", "hearing-back", "hearing-failed", "tick"],
    ] as const),
  }),
  z.strictObject({ ...time, type: z.enum(["words", "eager-turn"]), text }),
  z.strictObject({
    ...time,
    type: z.literal("turn-ended"),
    text,
    startedAt: z.number(),
    endpointingMs: z.number(),
  }),
  z.strictObject({ ...time, type: z.literal("digit"), digit: text }),
  z.strictObject({ ...time, type: z.literal("token"), request: id, text }),
  z.strictObject({ ...time, type: z.literal("thought"), request: id, calls: z.array(call) }),
  z.strictObject({ ...time, type: z.literal("thinking-failed"), request: id }),
  z.strictObject({ ...time, type: z.literal("function-done"), request: id, callId: text, result: text }),
  z.strictObject({ ...time, type: z.enum(["audio-began", "frame-sent", "played"]), utterance: id }),
  z.strictObject({ ...time, type: z.literal("held"), utterance: id, heard: text }),
  z.strictObject({ ...time, type: z.literal("heard"), text }),
  z.strictObject({
    ...time,
    type: z.literal("provider-failed"),
    provider: z.enum(["deepgram", "llm", "elevenlabs"]),
  }),
  z.strictObject({ ...time, type: z.enum(["voice-failed", "caller-gone"]), heard: text }),
]);

/** As much of an action as makes it a decision, as JSON. */
export type Decision = string;

export interface CallRecord {
  session: VoiceSession;
  /** When the first event was, in milliseconds of 1970. */
  base: number;
  steps: { event: ConversationEvent; did: Decision[] }[];
  /** It had grown too long: its end is missing. */
  isCut: boolean;
}

const mostRemembered = 3;

/** Of what is thought about, the newest messages are enough to tell one question from another. */
export const decisionOf = (action: Action): Decision => {
  if (action.type !== "think") return JSON.stringify(action);
  const { history, ...rest } = action;
  return JSON.stringify({ ...rest, messages: history.count, newest: history.newest(mostRemembered) });
};

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** The event's time as its record can hold it; the core must be given this one. */
export const recordable = (given: ConversationEvent, base: number): ConversationEvent => ({
  ...given,
  at: base + tenths(given.at - base),
});

/** The key of its recording must not reach a disk; neither it nor what is told to the model changes a decision. */
export const headLine = (session: VoiceSession, base: number): string => {
  const { persona, scenario, recording } = session;
  const needed = {
    persona: { ...persona, system_prompt: "", functions: [] },
    scenario: scenario && { ...scenario, instructions: "" },
    recording: recording && { key: "" },
  };
  return JSON.stringify({ base, session: { ...session, ...needed } });
};
export const eventLine = (given: ConversationEvent, base: number): string => {
  const at = tenths(given.at - base);
  // Not String(at): V8 keeps what that made for later, and later it is garbage that outlived the nursery.
  if (given.type === "tick") return JSON.stringify(at);
  if (given.type === "frame-sent") return JSON.stringify([at, given.utterance]);
  return JSON.stringify({ ...given, at });
};
export const didLine = (did: readonly Decision[]): string => `{"did":[${did.join(",")}]}`;

/** The last line of a record that had grown too long. */
export const cutLine = '{"cut":true}';

const head = z.strictObject({ base: z.number(), session: voiceSession });
const did = z.strictObject({ did: z.array(z.looseObject({ type: z.string() })) });
const pair = z.tuple([z.number().min(0), id]);

const eventOf = (json: unknown): ConversationEvent => {
  if (typeof json === "number") return { type: "tick", at: json };
  if (!Array.isArray(json)) return event.parse(json);
  const [at, utterance] = pair.parse(json);
  return { type: "frame-sent", at, utterance };
};

/** Once this is decided, nothing more is. */
const isEnd = (decision: Decision): boolean => decision.startsWith('{"type":"end"');

/**
 * A last line that was cut off is left out. So is the last event of a call whose end is missing: what it led to may not have
 * been written any more.
 * @throws Error that names the line which is none
 */
export const readCallRecord = (content: string): CallRecord => {
  const [first = "", ...rest] = content.split("\n");
  const cutAt = rest.indexOf(cutLine);
  const isCut = cutAt >= 0;
  const lines = isCut ? rest.slice(0, cutAt) : rest;
  const { base, session } = head.parse(JSON.parse(first));
  const steps: CallRecord["steps"] = [];
  const lastLine = lines.findLastIndex((line) => line !== "");
  for (const [index, line] of lines.slice(0, lastLine + 1).entries()) {
    try {
      const json: unknown = JSON.parse(line);
      const decided = did.safeParse(json);
      if (decided.success) steps.at(-1)?.did.push(...decided.data.did.map((each) => JSON.stringify(each)));
      else {
        const given = eventOf(json);
        steps.push({ event: { ...given, at: base + given.at }, did: [] });
      }
    } catch (cause) {
      if (index < lastLine) throw new Error(`Line ${index + 2} is no line of a call's record.`, { cause });
    }
  }
  if (!steps.at(-1)?.did.some(isEnd)) steps.pop();
  return { session, base, steps, isCut };
};
