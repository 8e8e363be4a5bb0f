/**
 * A call's ear and voice before anybody is on the line: connected, and its first words already becoming sound. What they tell
 * waits in order until the call takes them over. Should the call say other words first, the sound is thrown away.
 */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import type { VoiceConfig } from "../config.ts";
import { openingOf } from "../conversation/opening.ts";
import { type EarAndVoice, type EarAndVoiceEvents, openEarAndVoice } from "../ear-and-voice.ts";

export interface EarlyEarAndVoice {
  /** The call begins. What waited is told once its first words are said, and then what follows. */
  takeOver(on: EarAndVoiceEvents): EarAndVoice;
  close(): void;
}

/** Two minutes of sound: no greeting is longer. */
const mostWaitingBytes = 1 << 20;

/** @param failed a provider cannot be used, or speaks without end: a call does better with new ones */
export const openEarly = (
  config: VoiceConfig,
  session: VoiceSession,
  failed: () => void,
): EarlyEarAndVoice => {
  const opening = openingOf(session);
  let call: EarAndVoiceEvents | null = null;
  let waiting: { isSound: boolean; tell(on: EarAndVoiceEvents): void }[] | null = [];
  let waitingBytes = 0;
  /** Whether the call says what was prepared; null until it says anything. */
  let isAgreed: boolean | null = opening ? null : false;

  const pass = (isSound: boolean, tell: (on: EarAndVoiceEvents) => void): void => {
    if (waiting) waiting.push({ isSound, tell });
    else if (call) tell(call);
  };
  const { hearing, voice } = openEarAndVoice(config, session.persona.voice_id, {
    heard(event) {
      if (event.type === "failed" && !call) failed();
      else pass(false, (on) => on.heard(event));
    },
    audio(utterance, sound, times) {
      waitingBytes += sound.length;
      if (!call && waitingBytes > mostWaitingBytes) failed();
      else pass(true, (on) => on.audio(utterance, sound, times));
    },
    complete: (utterance) => pass(true, (on) => on.complete(utterance)),
    voiceFailed() {
      if (call) pass(false, (on) => on.voiceFailed());
      else failed();
    },
    fault: (provider, message) => pass(false, (on) => on.fault(provider, message)),
  });
  if (opening) {
    voice.say(opening.utterance, opening.text);
    voice.finish(opening.utterance);
  }

  return {
    takeOver(on) {
      call = on;
      // The call is being put together: it is told once it stands, and before anything can come over a socket.
      queueMicrotask(() => {
        const told = waiting ?? [];
        waiting = null;
        for (const { tell } of told) tell(on);
      });
      return {
        hearing,
        voice: {
          say(utterance, text) {
            if (isAgreed === null && opening) {
              isAgreed = utterance === opening.utterance && text === opening.text;
              if (isAgreed) return;
              waiting = waiting?.filter(({ isSound }) => !isSound) ?? null;
              voice.drop(opening.utterance);
            }
            voice.say(utterance, text);
          },
          finish(utterance) {
            // What was prepared is finished already.
            if (!isAgreed || utterance !== opening?.utterance) voice.finish(utterance);
          },
          drop: (utterance) => voice.drop(utterance),
          close: () => voice.close(),
          get characters() {
            return voice.characters;
          },
        },
      };
    },
    close() {
      hearing.close();
      voice.close();
    },
  };
};
