/** For tests: one conversation on a virtual clock, brought to a known point, with every action that it took. */
import { Conversation } from "./conversation.ts";
import type { Action, ChatMessage, ConversationEvent } from "./events.ts";

interface Given {
  /** Whether the persona asks to record. */
  isAsked?: boolean;
  silenceSeconds?: number;
  leavesMachines?: boolean;
}

/** An action, with what the model is to read spelt out. */
export type Did =
  | Exclude<Action, { type: "think" }>
  | (Omit<Action & { type: "think" }, "history"> & { history: ChatMessage[] });
const readable = (action: Action): Did =>
  action.type === "think" ? { ...action, history: action.history.all() } : action;

export const begin = (maxSeconds = 600, given: Given = {}) => {
  const { isAsked = false, silenceSeconds = 8, leavesMachines = true } = given;
  const conversation = new Conversation({
    call_id: "c",
    call_sid: "CA",
    request_id: "test-request",
    persona: {
      id: "p",
      version: 1,
      name: "Luna",
      voice_id: "v",
      system_prompt: "Be Luna.",
      greeting: null,
      silence_seconds: silenceSeconds,
      leaves_machines: leavesMachines,
      functions: [],
    },
    scenario: null,
    call_pretext: null,
    person: { name: "Sam", time_zone: "UTC" },
    limits: { max_seconds: maxSeconds },
    recording: isAsked ? { key: "" } : null,
  });
  const all: Did[] = [];
  const tell = (event: ConversationEvent): void => {
    all.push(...conversation.handle(event).map(readable));
  };
  const last = <Type extends Did["type"]>(type: Type) =>
    all.filter((action): action is Did & { type: Type } => action.type === type).at(-1);
  const speaking = () => last("say")?.utterance ?? 0;
  tell({ type: "started", at: 0 });
  return { all, tell, last, speaking, lostMs: (at: number) => conversation.lostMs(at) };
};

export const greeted = (maxSeconds?: number, given?: Given) => {
  const call = begin(maxSeconds, given);
  call.tell({ type: "frame-sent", at: 10, utterance: call.speaking() });
  call.tell({ type: "played", at: 4000, utterance: call.speaking() });
  return call;
};

/** The persona is amid "One two three four." */
export const replying = () => {
  const call = greeted();
  call.tell({ type: "turn-ended", at: 6000, text: "Tell me.", startedAt: 5000, endpointingMs: 300 });
  const request = call.last("think")?.request ?? 0;
  call.tell({ type: "token", at: 6100, request, text: "One two three four." });
  call.tell({ type: "thought", at: 6200, request, calls: [] });
  call.tell({ type: "frame-sent", at: 6300, utterance: call.speaking() });
  return call;
};
