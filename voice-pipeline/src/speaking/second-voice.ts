/** A voice with a second choice: once the first has failed, the second says what is left, and the rest of the call. */
import type { Voice, VoiceEvents } from "./voice.ts";

type Open = (on: Omit<VoiceEvents, "fault">) => Voice;

export const withSecondVoice = (first: Open, second: Open, on: Omit<VoiceEvents, "fault">): Voice => {
  let current: { id: number; isFinished: boolean } | null = null;
  let used = 0;

  const takeOver = (unspoken: string[]): void => {
    used += voice.characters;
    voice.close();
    voice = second(on);
    if (!current) return;
    for (const text of unspoken) voice.say(current.id, text);
    if (!current.isFinished) return;
    if (unspoken.length > 0) voice.finish(current.id);
    else on.complete(current.id);
  };
  let voice = first({ ...on, failed: takeOver });

  return {
    say(id, text) {
      if (current?.id !== id) current = { id, isFinished: false };
      voice.say(id, text);
    },
    finish(id) {
      if (current?.id === id) current.isFinished = true;
      voice.finish(id);
    },
    drop(id) {
      if (current?.id === id) current = null;
      voice.drop(id);
    },
    close: () => voice.close(),
    get characters() {
      return used + voice.characters;
    },
  };
};
