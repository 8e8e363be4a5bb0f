/** What time alone brings: the limit and its notices, the question into silence, the end of a wait. */
import { whenSpoken } from "./afterwards.ts";
import type { CallState } from "./call-state.ts";
import { tickGoOn, tickUnfinished } from "./caller-turn.ts";
import { tickDigits } from "./digits.ts";
import { endCall } from "./ending.ts";
import { tickHeld, whenFree } from "./floor.ts";
import { leave } from "./leaving.ts";
import { lines } from "./lines.ts";
import { leaveMailbox } from "./mailbox.ts";
import { tellNotice } from "./notices.ts";
import { tickConsent } from "./recording-consent.ts";
import { line } from "./speech.ts";
import { tickDeadAir } from "./waiting.ts";

/** An assistant looks for its owner. */
const screenedMs = 30_000;
const goodbyeMs = 5_000;

/** The voice tells at once how far it came. */
const answerMs = 500;

/** What is being said then is written down as far as it was heard. */
const endAtLimit = (state: CallState, at: number): void => {
  const end = () => endCall(state, "time_limit", "none");
  if (state.utterance?.isTaken && at < state.limitAt + answerMs) whenSpoken(state, end);
  else whenFree(state, end, at);
};

export const tick = (state: CallState, at: number): void => {
  if (at >= state.limitAt) {
    endAtLimit(state, at);
    return;
  }
  if (!state.isLeaving && at >= state.limitAt - goodbyeMs) {
    leave(state, lines.timeGoodbye, "time_limit", "none", at);
    return;
  }
  for (const notice of state.notices.filter(({ fromMs }) => at >= state.limitAt - fromMs)) {
    state.notices = state.notices.filter((each) => each !== notice);
    state.waiting.push({ text: notice.text, until: state.limitAt - notice.untilMs });
  }
  state.waiting = state.waiting.filter(({ until }) => at < until);
  tickHeld(state, at);
  tickUnfinished(state, at);
  tickDigits(state, at);
  tickDeadAir(state, at);
  if (state.utterance || state.thought || state.unfinished || state.isTalking(at)) return;
  if (tickGoOn(state, at) || tellNotice(state, at)) return;
  if (tickConsent(state, at) || leaveMailbox(state, at)) return;
  const silenceMs = state.session.persona.silence_seconds * 1000;
  if (at - state.activeAt < (state.isScreened ? screenedMs : silenceMs)) return;
  if (state.hasAsked) {
    leave(state, lines.silenceGoodbye, "silence", "none", at);
    return;
  }
  state.hasAsked = true;
  line(state, lines.areYouThere, true);
};
