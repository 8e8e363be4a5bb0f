/**
 * A sentence in a persona's voice, for whoever wants to hear it before it calls. No second voice stands in here: it would be
 * another's.
 */
import { log } from "../log.ts";
import { openElevenLabs } from "./eleven-labs.ts";
import type { ElevenLabsConfig } from "./eleven-labs-wire.ts";
import { speakable } from "./speakable.ts";

const mostMs = 10_000;

/** Mu-law, 8 kHz. @throws Error when the voice cannot be had */
export const speakSample = async (
  config: ElevenLabsConfig,
  voiceId: string,
  text: string,
): Promise<Buffer> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sound: Buffer[] = [];
  const timer = setTimeout(() => reject(new Error("It took too long.")), mostMs);
  const voice = openElevenLabs(config, voiceId, {
    audio: (_, piece) => sound.push(piece),
    complete: () => resolve(),
    fault: (message) => log("sample_fault", { message }),
    failed: () => reject(new Error("The voice does not speak.")),
  });
  try {
    voice.say(1, speakable(text));
    voice.finish(1);
    await promise;
    return Buffer.concat(sound);
  } finally {
    clearTimeout(timer);
    voice.close();
  }
};
