/** While the persona thinks: what keeps the caller from hearing nothing. What to do is decided in dead-air.ts. */
import type { CallState } from "./call-state.ts";
import { remedyFor } from "./dead-air.ts";
import { lines } from "./lines.ts";
import { functionsDone, thinkingFailed } from "./reply.ts";
import { say } from "./speech.ts";
import type { Thought } from "./thought.ts";
import type { Utterance } from "./utterance.ts";

export const tickDeadAir = (state: CallState, at: number): void => {
  const [utterance, thought] = [state.utterance, state.thought];
  if (!utterance || !thought || utterance.heldAt !== null) return;
  const remedy = remedyFor(utterance, thought, at);
  if (remedy === "give-up") giveUp(state, thought, at);
  else if (remedy === "speak-on" && !state.isTalking(at)) speakOn(state, utterance, thought, at);
};

const speakOn = (state: CallState, utterance: Utterance, thought: Thought, at: number): void => {
  if (say(state, thought.splitter.flushWords(), at)) return;
  say(state, utterance.fillers === 0 ? lines.filler : lines.secondFiller, at);
  utterance.fillers += 1;
};

const giveUp = (state: CallState, thought: Thought, at: number): void => {
  if (thought.pending.size === 0) {
    state.act({ type: "abort", request: thought.request });
    thinkingFailed(state, thought.request, at);
    return;
  }
  say(state, lines.functionLate, at);
  for (const asked of thought.pending.values())
    asked.result ??= "error: it did not answer in time. The person was told; go on without it.";
  functionsDone(state, thought, at);
};
