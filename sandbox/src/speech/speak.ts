/** Text made into telephone sound that carries it: about sixteen characters a second, a short pause between words. */
import { checkOf } from "./check.ts";
import { silentByte } from "./mu-law.ts";
import { soundOf, symbolMs } from "./tones.ts";

interface SpokenChar {
  char: string;
  startMs: number;
  durationMs: number;
}

export interface Speech {
  /** Mu-law, 8 kHz. */
  audio: Buffer;
  chars: SpokenChar[];
}

const pauseMs = 60;
const pause = Buffer.alloc(pauseMs * 8, silentByte);

export const speak = (text: string): Speech => {
  const sounds: Buffer[] = [];
  const chars: SpokenChar[] = [];
  let atMs = 0;
  let position = 0;
  const letters = [...text];
  letters.forEach((char, index) => {
    const startMs = atMs;
    if (/\s/.test(char)) {
      sounds.push(pause);
      atMs += pauseMs;
    } else {
      const bytes = Buffer.from(char);
      const next = letters[index + 1];
      const isLast = next === undefined || /\s/.test(next);
      bytes.forEach((byte, at) => {
        const endsWord = isLast && at === bytes.length - 1;
        sounds.push(
          soundOf(0, byte >> 4),
          soundOf(1, byte & 15),
          soundOf(2, checkOf(byte, position, endsWord)),
        );
        position += 1;
        atMs += 3 * symbolMs;
      });
    }
    chars.push({ char, startMs, durationMs: atMs - startMs });
  });
  return { audio: Buffer.concat(sounds), chars };
};
