// A WAV file of mu-law, whose bytes can be asked for from anywhere. Source: RFC 2361 (format 7), and Microsoft's "Multiple
// channel audio data and WAVE files" for the fact chunk that a format other than PCM must have. Pure.
import { bytesPerSecond, sampleRate } from "@callmeback/shared/domain/recording";

const mulaw = 7;
const sides = 2;
export const headerBytes = 58;

/** The header of a file with so many bytes of sound. */
export function wavHeader(soundBytes: number): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(headerBytes));
  const text = (at: number, letters: string) => {
    for (const [index, letter] of [...letters].entries()) header.setUint8(at + index, letter.charCodeAt(0));
  };
  text(0, "RIFF");
  header.setUint32(4, headerBytes - 8 + soundBytes, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 18, true);
  header.setUint16(20, mulaw, true);
  header.setUint16(22, sides, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, bytesPerSecond, true);
  header.setUint16(32, sides, true);
  header.setUint16(34, 8, true);
  header.setUint16(36, 0, true);
  text(38, "fact");
  header.setUint32(42, 4, true);
  header.setUint32(46, soundBytes / sides, true);
  text(50, "data");
  header.setUint32(54, soundBytes, true);
  return new Uint8Array(header.buffer);
}

/** A stretch of a file: from its first byte to before `until`. */
export interface Stretch {
  from: number;
  until: number;
}

/**
 * What a `Range` header asks for; null for the whole file, also when it asks for several stretches, for none that there is, or
 * for what it may mean (RFC 9110, 14.2: a server may ignore it).
 */
export function stretchOf(range: string | null, fileBytes: number): Stretch | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") return null;
  const from = first === "" ? Math.max(0, fileBytes - Number(last)) : Number(first);
  const until = first === "" || last === "" ? fileBytes : Math.min(fileBytes, Number(last) + 1);
  return from < until ? { from, until } : null;
}
