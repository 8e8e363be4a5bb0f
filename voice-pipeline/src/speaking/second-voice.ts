/**
 * A voice with a second choice: once the first has failed, the second says what is left, and the rest of the call. It is asked
 * for the same words before that, where the first leaves the caller without any: whichever sounds first says the utterance. A
 * first that hiccuped once speaks again after it, since nobody likes to hear another person; one that is silent twice is left.
 */
import type { Voice, VoiceEvents } from "./voice.ts";

type Events = Omit<VoiceEvents, "fault">;
type Open = (on: Events) => Voice;

/**
 * Behind a filler, which comes latest after a silence, and with the time that the second takes at most, this is shorter than a
 * caller is left without a word: see dead-air.ts.
 */
export const usualSilenceMs = 1_200;
const mostSilences = 2;

/** @param silenceMs of the first, before an utterance has sounded, until the second is asked too */
export const withSecondVoice = (
  first: Open,
  second: Open,
  on: VoiceEvents,
  silenceMs: number = usualSilenceMs,
): Voice => {
  let current: { id: number; texts: string[]; isFinished: boolean } | null = null;
  let used = 0;
  let isFirst = true;
  /** The second, asked for what the first is silent about; it speaks alone once it has sounded. */
  let rival: Voice | null = null;
  let isAlone = false;
  let silences = 0;
  let waiting: NodeJS.Timeout | undefined;

  const leave = (left: Voice): void => {
    used += left.characters;
    left.close();
  };
  const withdraw = (): void => {
    clearTimeout(waiting);
    if (rival) leave(rival);
    rival = null;
    isAlone = false;
  };
  const sayAll = (by: Voice, texts: readonly string[]): void => {
    if (!current) return;
    for (const text of texts) by.say(current.id, text);
    if (!current.isFinished) return;
    if (texts.length > 0) by.finish(current.id);
    else on.complete(current.id);
  };

  const sounds = (id: number): void => {
    on.fault("The first voice was silent for too long; the second speaks.");
    silences += 1;
    if (silences >= mostSilences) takeOver([]);
    else {
      isAlone = true;
      voice.drop(id);
    }
  };
  const askRival = (): void => {
    if (!current) return;
    const mine = second({
      ...on,
      audio(id, sound, times) {
        if (rival === mine && !isAlone) sounds(id);
        on.audio(id, sound, times);
      },
      failed(unspoken) {
        if (rival !== mine) {
          on.failed(unspoken);
          return;
        }
        const wasAlone = isAlone;
        withdraw();
        if (wasAlone) sayAll(voice, unspoken);
      },
    });
    rival = mine;
    sayAll(mine, current.texts);
  };

  const takeOver = (unspoken: string[]): void => {
    clearTimeout(waiting);
    leave(voice);
    isFirst = false;
    isAlone = false;
    if (rival) {
      [voice, rival] = [rival, null];
      return;
    }
    voice = second(on);
    sayAll(voice, unspoken);
  };
  let voice = first({
    ...on,
    audio(...sound) {
      withdraw();
      silences = 0;
      on.audio(...sound);
    },
    failed: takeOver,
  });

  return {
    say(id, text) {
      if (current?.id !== id) {
        withdraw();
        current = { id, texts: [], isFinished: false };
        if (isFirst) waiting = setTimeout(askRival, silenceMs);
      }
      current.texts.push(text);
      if (!isAlone) voice.say(id, text);
      rival?.say(id, text);
    },
    finish(id) {
      if (current?.id === id) current.isFinished = true;
      if (!isAlone) voice.finish(id);
      rival?.finish(id);
    },
    drop(id) {
      if (current?.id === id) {
        withdraw();
        current = null;
      }
      voice.drop(id);
    },
    close() {
      withdraw();
      voice.close();
    },
    get characters() {
      return used + voice.characters + (rival?.characters ?? 0);
    },
  };
};
