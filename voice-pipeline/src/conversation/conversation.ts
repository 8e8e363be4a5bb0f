/**
 * The pure core of a call: turn-taking, interruption, silence, limits, goodbye. No I/O and no clock: events with their
 * time come in, actions go out. The same events always give the same actions.
 */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { CallState } from "./call-state.ts";
import { eagerTurn, turnEnded, words } from "./caller-turn.ts";
import { tick } from "./clock.ts";
import { digit } from "./digits.ts";
import { endCall } from "./ending.ts";
import type { Action, ConversationEvent } from "./events.ts";
import { held, hold } from "./floor.ts";
import { callerGone, leave } from "./leaving.ts";
import { lines } from "./lines.ts";
import { beepHeard, mayBeMailbox, soundAfterBeep } from "./mailbox.ts";
import { providerFailed } from "./outages.ts";
import { greet, questionHeard } from "./recording-consent.ts";
import { functionDone, thinkingFailed, thoughtDone, token } from "./reply.ts";
import { played, recordPersona } from "./speech.ts";
import { wholeText } from "./unfinished-turn.ts";
import { note } from "./utterance.ts";

const take = (state: CallState, event: ConversationEvent): void => {
  const { at } = event;
  switch (event.type) {
    case "started":
      state.startedAt = at;
      state.activeAt = at;
      greet(state, at);
      return;
    case "sound":
      state.isSound = true;
      state.soundAt = at;
      soundAfterBeep(state, null);
      hold(state, at);
      return;
    case "quiet":
      state.isSound = false;
      state.quietAt = at;
      soundAfterBeep(state, at);
      return;
    case "beep":
      beepHeard(state, at);
      return;
    case "words":
      words(state, event.text, at);
      return;
    case "eager-turn":
      eagerTurn(state, event.text, at);
      return;
    case "turn-resumed":
      state.dropDraft();
      return;
    case "turn-ended":
      turnEnded(state, event);
      return;
    case "digit":
      digit(state, event.digit, at);
      return;
    case "token":
      token(state, event.request, event.text, at);
      return;
    case "thought":
      thoughtDone(state, event.request, event.calls, at);
      return;
    case "thinking-failed":
      thinkingFailed(state, event.request, at);
      return;
    case "function-done":
      functionDone(state, event, at);
      return;
    case "audio-began":
      if (event.utterance === state.utterance?.id) note(state.utterance, "first_audio_ms", at);
      return;
    case "frame-sent":
      if (event.utterance !== state.utterance?.id) return;
      state.outages.end("voice", at);
      state.utterance.startedAt ??= at;
      state.utterance.voicedAt = at;
      note(state.utterance, "first_frame_ms", at);
      return;
    case "held":
      held(state, event.utterance, event.heard, at);
      return;
    case "heard":
      if (state.utterance) state.own.heard(state.utterance.id, event.text, at);
      return;
    case "played":
      questionHeard(state, event.utterance, at);
      played(state, event.utterance, at);
      return;
    case "voice-failed":
      recordPersona(state, event.heard, true, at);
      endCall(state, "provider_error", "provider");
      return;
    case "hearing-away":
      state.outages.begin("hearing", at);
      state.waiting.push({ text: lines.cannotHear, until: Number.POSITIVE_INFINITY });
      return;
    case "hearing-back":
      state.outages.end("hearing", at);
      state.waiting = state.waiting.filter(({ text }) => text !== lines.cannotHear);
      return;
    case "hearing-failed":
      leave(state, lines.trouble, "provider_error", "provider", at);
      return;
    case "provider-failed":
      providerFailed(state, event.provider);
      return;
    case "caller-gone":
      callerGone(state, event.heard, at);
      return;
    case "tick":
      tick(state, at);
      return;
  }
};

export class Conversation {
  readonly #state: CallState;

  constructor(session: VoiceSession) {
    this.#state = new CallState(session);
  }

  /** Whether the voice holds the floor: its echo must not count as the caller's sound. */
  get isSpeaking(): boolean {
    const { utterance } = this.#state;
    return utterance?.startedAt != null && utterance.heldAt === null;
  }

  /** What the caller has said of a turn that is not over; null where what they said waits behind the voice. */
  get callerSoFar(): string | null {
    const { interim, unfinished, untold } = this.#state;
    if (interim) return wholeText(this.#state, interim.text);
    return untold.length > 0 ? null : (unfinished?.turn.text ?? "");
  }

  /** Whether a beep would tell it who answered. */
  listensForBeep(at: number): boolean {
    return mayBeMailbox(this.#state, at);
  }

  /** Whether it waits for a moment that somebody would hear come late; else a tick each tenth of a second will do. */
  get isCounting(): boolean {
    const { utterance, unfinished, keys } = this.#state;
    return unfinished !== null || keys.length > 0 || (utterance !== null && utterance.heldAt !== null);
  }

  /** Of the time until then, how long a provider's failure kept the call from going on. */
  lostMs(at: number): number {
    return this.#state.outages.lostMs(at);
  }

  handle(event: ConversationEvent): Action[] {
    this.#state.actions = [];
    if (!this.#state.isEnded) take(this.#state, event);
    return this.#state.actions;
  }
}
