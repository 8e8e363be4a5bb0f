/** What the caller says: words that take the floor, and turns that are answered. */
import { takesTurn } from "./back-channel.ts";
import type { CallState } from "./call-state.ts";
import { careFor } from "./crisis.ts";
import type { ConversationEvent } from "./events.ts";
import { takeFloor } from "./floor.ts";
import { optOut } from "./leaving.ts";
import { isOptOut } from "./opt-out.ts";
import { reply } from "./reply.ts";
import { leaveMachine } from "./who-answered.ts";

export const words = (state: CallState, text: string, at: number): void => {
  state.wordsAt = at;
  state.activeAt = at;
  state.hasAsked = false;
  if (leaveMachine(state, text, at)) return;
  const utterance = state.utterance;
  if (!utterance?.canBeCut || utterance.startedAt === null || !takesTurn(text, utterance.said)) return;
  takeFloor(state, utterance, at);
};

export const turnEnded = (state: CallState, event: ConversationEvent & { type: "turn-ended" }): void => {
  const { at, text, startedAt, endpointingMs } = event;
  state.activeAt = at;
  state.hasAsked = false;
  const accept = () => {
    if (!state.isLeaving) state.pendingTurn = null;
    const turn = { text, startedAt, endedAt: at, interrupted: false, latency: null };
    state.act({ type: "record", turn: { speaker: "caller", ...turn } });
    state.history.caller(text);
  };
  if (leaveMachine(state, text, at)) return;
  if (careFor(state, text, accept, at)) return;
  if (isOptOut(text)) {
    accept();
    optOut(state, "spoken", text, at);
    return;
  }
  const utterance = state.utterance;
  if (utterance && (!utterance.canBeCut || state.isLeaving)) {
    accept();
    return;
  }
  if (utterance?.startedAt != null) {
    if (!takesTurn(text, utterance.said)) {
      accept();
      return;
    }
    state.pendingTurn = () => {
      accept();
      reply(state, at, endpointingMs);
    };
    takeFloor(state, utterance, at);
    return;
  }
  // A reply that nobody heard yet is thought anew with the new words.
  if (utterance) {
    state.act({ type: "drop", utterance: utterance.id });
    state.history.heard("", false);
  }
  state.utterance = null;
  state.stopThinking();
  accept();
  reply(state, at, endpointingMs);
};
