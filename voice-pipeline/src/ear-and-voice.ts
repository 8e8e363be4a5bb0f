/**
 * The two providers that a call is connected to from its first moment to its last: one hears, one speaks. The way to the third, who
 * thinks, is opened with them.
 */
import type { VoiceConfig } from "./config.ts";
import { openDeepgram } from "./hearing/deepgram.ts";
import type { Hearing, HearingEvent } from "./hearing/hearing.ts";
import { expectRequest } from "./outside/post-json.ts";
import { openAura } from "./speaking/aura.ts";
import { openElevenLabs } from "./speaking/eleven-labs.ts";
import { withSecondVoice } from "./speaking/second-voice.ts";
import type { Voice, VoiceEvents } from "./speaking/voice.ts";

export interface EarAndVoice {
  hearing: Hearing;
  voice: Voice;
}

export interface EarAndVoiceEvents extends Pick<VoiceEvents, "audio" | "complete"> {
  heard(event: Exclude<HearingEvent, { type: "fault" }>): void;
  /** Neither voice can speak any more. */
  voiceFailed(): void;
  fault(provider: "deepgram" | "elevenlabs", message: string): void;
}

export const openEarAndVoice = (config: VoiceConfig, voiceId: string, on: EarAndVoiceEvents): EarAndVoice => {
  expectRequest(new URL(config.llm.baseUrl));
  type Heard = Omit<VoiceEvents, "fault">;
  const openFirst = (events: Heard) =>
    openElevenLabs(config.elevenLabs, voiceId, {
      ...events,
      fault: (message) => on.fault("elevenlabs", message),
    });
  const openSecond = (events: Heard) =>
    openAura(config.aura, { ...events, fault: (message) => on.fault("deepgram", message) });
  return {
    hearing: openDeepgram(config.deepgram, (event) =>
      event.type === "fault" ? on.fault("deepgram", event.message) : on.heard(event),
    ),
    voice: withSecondVoice(openFirst, openSecond, {
      audio: on.audio,
      complete: on.complete,
      fault: (message) => on.fault("elevenlabs", message),
      failed: on.voiceFailed,
    }),
  };
};
