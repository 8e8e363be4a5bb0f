/** The end of a call. What the caller was saying when it came is written down, and a wish in it holds. */
import type { EndReason, Fault } from "@callmeback/shared/contract/voice";
import { tellAll } from "./afterwards.ts";
import type { CallState } from "./call-state.ts";
import { isOptOutKeys, lastKeys, pressed } from "./keys.ts";
import { isOptOut, noteOptOut } from "./opt-out.ts";
import { heedWithdrawal } from "./recording-consent.ts";
import { wholeText } from "./unfinished-turn.ts";

export const endCall = (state: CallState, reason: EndReason, fault: Fault): void => {
  state.isEnded = true;
  state.stopThinking();
  state.dropDraft();
  state.next = null;
  tellAll(state);
  tellInterim(state);
  tellKeys(state);
  state.act({ type: "end", reason, fault });
};

/** The turn that goes on, with what it went on with. */
const tellInterim = (state: CallState): void => {
  const { interim, unfinished } = state;
  if (interim === null) {
    unfinished?.accept();
    return;
  }
  const text = wholeText(state, interim.text);
  const startedAt = unfinished?.turn.startedAt ?? interim.startedAt;
  state.unfinished = null;
  state.interim = null;
  state.recordCaller({ text, startedAt, endedAt: interim.at });
  heedWithdrawal(state, text);
  if (isOptOut(text)) noteOptOut(state, "spoken", text);
};

const tellKeys = (state: CallState): void => {
  const { keys } = state;
  const [first, last] = [keys.at(0), keys.at(-1)];
  if (!first || !last) return;
  state.keys = [];
  state.recordCaller({ text: pressed(keys), startedAt: first.at, endedAt: last.at });
  const newest = lastKeys(keys);
  if (isOptOutKeys(newest)) noteOptOut(state, "digit", newest.map(({ key }) => key).join(" "));
};
