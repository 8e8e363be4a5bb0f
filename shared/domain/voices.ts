// The catalogue of voices: our names, and the ids by which ElevenLabs knows them.

interface Voice {
  elevenLabsId: string;
  premium: boolean;
}

/** Source: ElevenLabs' default voices. */
const voices: Readonly<Record<string, Voice>> = {
  rachel: { elevenLabsId: "21m00Tcm4TlvDq8ikWAM", premium: false },
  adam: { elevenLabsId: "pNInz6obpgDQGcFmaJgB", premium: false },
  bella: { elevenLabsId: "EXAVITQu4vr4xnSDxMaL", premium: false },
  antoni: { elevenLabsId: "ErXwobaYiN019PkySvjV", premium: false },
  elli: { elevenLabsId: "MF3mGyEYCl7XYWbV9V6O", premium: false },
  josh: { elevenLabsId: "TxGEqnHWrfWFTfGW9XjX", premium: false },
  charlotte: { elevenLabsId: "XB0fDUnXU5powFXDhCwa", premium: true },
  george: { elevenLabsId: "JBFqnCBsd6RMkjVDRZzb", premium: true },
};

/** What a persona begins with, after the disclosure, when nobody wrote its first words. */
export const usualOpening = "It's good to talk to you. How are you?";

export const voiceNames: readonly string[] = Object.keys(voices);

/** The provider's id of a voice: a catalogue name is looked up, anything else is an id already. */
export function providerVoiceId(voice: string): string {
  return voices[voice]?.elevenLabsId ?? voice;
}

/** Premium voices, and voices outside the catalogue, are for premium users. */
export function isPremiumVoice(voice: string): boolean {
  return voices[voice]?.premium ?? true;
}
