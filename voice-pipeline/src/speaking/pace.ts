/** How fast voices speak, where they do not tell it themselves. Pure. */
import type { CharTimes } from "./heard.ts";

export const bytesPerMs = 8;
/** The usual. */
export const msPerCharacter = 65;
/** Nobody speaks slower, and no pause is longer. */
const slowestMsPerCharacter = 400;
const longestPauseMs = 10_000;

/** More sound than this is none of so many characters. */
export const mostSound = (characters: number): number =>
  bytesPerMs * (longestPauseMs + slowestMsPerCharacter * characters);

export const timesByPace = (text: string): CharTimes => {
  const chars = [...text];
  return {
    chars,
    startMs: chars.map((_, at) => at * msPerCharacter),
    durationMs: chars.map(() => msPerCharacter),
  };
};
