/** The language between the pure core and the world: events in, actions out. Times are milliseconds of one clock. */
import type { EndReason, Fault, TurnLatency } from "@callmeback/shared/contract/voice";
import type { Reading } from "./reading.ts";

export interface FunctionCall {
  id: string;
  name: string;
  arguments: string;
}

export type ChatMessage =
  | { role: "system" | "user"; content: string }
  | { role: "assistant"; content: string; calls?: FunctionCall[] }
  | { role: "tool"; callId: string; content: string };

export type Provider = "deepgram" | "llm" | "elevenlabs";

export type ConversationEvent = { at: number } & (
  | { type: "started" }
  /** Sound of speech began or ended on the raw audio, before anybody knows its words. */
  | { type: "sound" }
  | { type: "quiet" }
  /** One pure tone began and ended on the raw audio. */
  | { type: "beep" }
  /** Words so far of a turn that goes on. */
  | { type: "words"; text: string }
  /** The turn may be over; it ends with these words, is resumed, or goes on with others. */
  | { type: "eager-turn"; text: string }
  | { type: "turn-resumed" }
  | { type: "turn-ended"; text: string; startedAt: number; endpointingMs: number }
  /** A key of the telephone. */
  | { type: "digit"; digit: string }
  | { type: "token"; request: number; text: string }
  | { type: "thought"; request: number; calls: FunctionCall[] }
  | { type: "thinking-failed"; request: number }
  | { type: "function-done"; request: number; callId: string; result: string }
  | { type: "audio-began"; utterance: number }
  | { type: "frame-sent"; utterance: number }
  /** The voice stopped at once; `heard` is what had been played. */
  | { type: "held"; utterance: number; heard: string }
  /** What of the utterance was played by now; told as it grows. */
  | { type: "heard"; text: string }
  /** The last frame was played. */
  | { type: "played"; utterance: number }
  | { type: "voice-failed"; heard: string }
  /** Nobody hears the caller for a while; what they say is kept, and may be understood later. */
  | { type: "hearing-away" }
  | { type: "hearing-back" }
  | { type: "hearing-failed" }
  /** Something of a provider went wrong; whoever needed it goes on, or tells that it cannot. */
  | { type: "provider-failed"; provider: Provider }
  | { type: "caller-gone"; heard: string }
  | { type: "tick" }
);

/** One that is timed when it is told. */
export type UntimedEvent = ConversationEvent extends infer Each
  ? Each extends { at: number }
    ? Omit<Each, "at">
    : never
  : never;

export interface Turn {
  speaker: "caller" | "persona";
  text: string;
  startedAt: number;
  endedAt: number;
  interrupted: boolean;
  latency: TurnLatency | null;
}

export type Action =
  | { type: "say"; utterance: number; text: string }
  /** No more text follows. */
  | { type: "finish"; utterance: number }
  | { type: "hold"; utterance: number }
  | { type: "resume"; utterance: number }
  | { type: "drop"; utterance: number }
  | { type: "think"; request: number; history: Reading; remainingSeconds: number }
  | { type: "abort"; request: number }
  | { type: "call-function"; request: number; call: FunctionCall }
  | { type: "record"; turn: Turn }
  /** The callee wants no more calls, ever; `evidence` is how they said it. */
  | { type: "opt-out"; source: "spoken" | "digit"; evidence: string }
  /** The callee agreed to be recorded from now on, or no longer does; `evidence` is how they said it. */
  | { type: "start-recording" | "stop-recording"; evidence: string }
  | { type: "end"; reason: EndReason; fault: Fault };
