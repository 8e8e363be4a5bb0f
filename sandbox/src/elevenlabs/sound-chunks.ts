/** Spoken text cut into pieces of sound as ElevenLabs sends them, each with its characters' times from its own start. */
import { speak } from "../speech/speak.ts";

interface Alignment {
  chars: string[];
  charStartTimesMs: number[];
  charsDurationsMs: number[];
}

export interface SoundChunk {
  audio: Buffer;
  alignment: Alignment;
  durationMs: number;
}

const bytesPerMs = 8;
const firstChunkMs = 250;
const laterChunkMs = 750;

/** Pieces end where a character does: short ones first, so that playing can begin. */
export const soundChunks = (text: string): SoundChunk[] => {
  const { audio, chars } = speak(text);
  const totalMs = audio.length / bytesPerMs;
  const chunks: SoundChunk[] = [];
  let from = 0;
  let startMs = 0;
  for (let at = 1; at <= chars.length; at += 1) {
    const endMs = at === chars.length ? totalMs : (chars[at]?.startMs ?? totalMs);
    const isFull = endMs - startMs >= (chunks.length === 0 ? firstChunkMs : laterChunkMs);
    if (!isFull && at < chars.length) continue;
    const inside = chars.slice(from, at);
    const origin = startMs;
    chunks.push({
      audio: audio.subarray(Math.round(startMs * bytesPerMs), Math.round(endMs * bytesPerMs)),
      alignment: {
        chars: inside.map((each) => each.char),
        charStartTimesMs: inside.map((each) => Math.round(Math.max(0, each.startMs - origin))),
        charsDurationsMs: inside.map((each) => Math.round(each.durationMs)),
      },
      durationMs: endMs - startMs,
    });
    from = at;
    startMs = endMs;
  }
  return chunks;
};
