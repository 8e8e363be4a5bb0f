/** A reply, from the question to the model over its functions to its last word. */
import type { CallState } from "./call-state.ts";
import { takeDraft } from "./draft.ts";
import type { ConversationEvent, FunctionCall } from "./events.ts";
import { hold } from "./floor.ts";
import { lines } from "./lines.ts";
import { thinkingMissed } from "./outages.ts";
import { endAfter, finish, say } from "./speech.ts";
import { mostRounds, openThought, type Thought } from "./thought.ts";
import { note, openUtterance } from "./utterance.ts";

export const reply = (state: CallState, at: number, endpointingMs: number): void => {
  const utterance = openUtterance(state.nextId(), true);
  utterance.turnEndedAt = at;
  utterance.voicedAt = at;
  utterance.latency.endpointing_ms = Math.max(0, endpointingMs);
  state.utterance = utterance;
  // They went on while the end of their turn was being found.
  if (state.isSound && state.soundAt > at - endpointingMs) hold(state, at);
  const draft = takeDraft(state, at);
  if (!draft) {
    think(state, at);
    return;
  }
  state.thought = openThought(draft.request, at, null, state.wasEnglish);
  if (draft.said !== "") token(state, draft.request, draft.said, at);
  if (draft.calls) thoughtDone(state, draft.request, draft.calls, at);
};

const think = (state: CallState, at: number): void => {
  const request = state.ask(state.history.read(), at);
  state.thought = openThought(request, at, state.thought, state.wasEnglish);
};

export const token = (state: CallState, request: number, text: string, at: number): void => {
  if (state.draft?.request === request) state.draft.said += text;
  if (state.thought?.request !== request || !state.utterance) return;
  state.outages.end("thinking", at);
  note(state.utterance, "first_token_ms", at);
  state.thought.progressAt = at;
  for (const clause of state.thought.splitter.push(text)) say(state, clause, at);
};

export const thoughtDone = (state: CallState, request: number, calls: FunctionCall[], at: number): void => {
  if (state.draft?.request === request) state.draft.calls = calls;
  const thought = state.thought;
  if (thought?.request !== request || !state.utterance) return;
  state.failures = 0;
  state.outages.end("thinking", at);
  say(state, thought.splitter.flush(), at);
  thought.wantsEnd ||= calls.some((call) => call.name === "end_call");
  const working = calls.filter((call) => call.name !== "end_call");
  if (working.length > 0 && thought.rounds <= mostRounds) {
    callFunctions(state, thought, working, at);
    return;
  }
  if (working.length > 0) say(state, lines.tooManyFunctions, at);
  if (state.utterance.said === "") say(state, thought.wantsEnd ? lines.farewell : lines.lostThread, at);
  state.thought = null;
  if (thought.wantsEnd) endAfter(state, state.utterance, "persona_goodbye", "none");
  finish(state);
};

const callFunctions = (state: CallState, thought: Thought, calls: FunctionCall[], at: number): void => {
  thought.progressAt = at;
  for (const each of calls) {
    // Some models give two calls of one answer the same id.
    const isTaken = thought.pending.has(each.id);
    const call = isTaken ? { ...each, id: `${each.id}_${thought.pending.size}` } : each;
    thought.pending.set(call.id, { call, result: null });
    state.act({ type: "call-function", request: thought.request, call });
  }
};

export const functionDone = (
  state: CallState,
  event: ConversationEvent & { type: "function-done" },
  at: number,
): void => {
  const thought = state.thought;
  const asked = thought?.request === event.request ? thought.pending.get(event.callId) : undefined;
  if (!thought || !asked) {
    state.history.answered(event.callId, event.result);
    return;
  }
  asked.result = event.result;
  if ([...thought.pending.values()].every(({ result }) => result !== null)) functionsDone(state, thought, at);
};

export const functionsDone = (state: CallState, thought: Thought, at: number): void => {
  const all = [...thought.pending.values()];
  const results = all.map(({ call, result }) => ({ call, result: result ?? "" }));
  state.history.functions(state.utterance?.said ?? "", results);
  think(state, at);
};

export const thinkingFailed = (state: CallState, request: number, at: number): void => {
  // Nobody waits for it yet: the turn, if it ends, is thought about anew.
  if (state.draft?.request === request) state.draft = null;
  const thought = state.thought;
  if (thought?.request !== request || !state.utterance) return;
  state.thought = null;
  if (thought.wantsEnd) {
    say(state, lines.farewell, at);
    endAfter(state, state.utterance, "persona_goodbye", "none");
    finish(state);
    return;
  }
  state.failures += 1;
  thinkingMissed(state);
  const isLast = state.failures >= 3;
  say(state, isLast ? lines.trouble : lines.lostThread, at);
  if (isLast) endAfter(state, state.utterance, "provider_error", "provider");
  finish(state);
};
