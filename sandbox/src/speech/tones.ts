/**
 * The alphabet of the sandbox's speech: 48 tones of 20 ms on 50 Hz multiples, in three sets of sixteen, so that a tone
 * says both its value and its place (high nibble, low nibble, check). Whole periods fit a symbol, so they never blur.
 */
import { decoded, encodeSample } from "./mu-law.ts";

export const symbolSamples = 160;
export const symbolMs = 20;
const lowestBin = 8;
const loudness = 9_000;

export type Place = 0 | 1 | 2;

/** Neighbouring values of one set lie three bins (150 Hz) apart; the sets interleave from 400 to 2 750 Hz. */
const binOf = (place: Place, value: number): number => lowestBin + value * 3 + place;

const wave = (bin: number, trig: (angle: number) => number): Float32Array =>
  Float32Array.from({ length: symbolSamples }, (_, n) => trig((2 * Math.PI * bin * n) / symbolSamples));

const places = [0, 1, 2] as const;
const cosines = places.map((place) =>
  Array.from({ length: 16 }, (_, value) => wave(binOf(place, value), Math.cos)),
);
const sines = places.map((place) =>
  Array.from({ length: 16 }, (_, value) => wave(binOf(place, value), Math.sin)),
);
const sounds = cosines.map((set) =>
  set.map((tone) => Buffer.from(Uint8Array.from(tone, (sample) => encodeSample(sample * loudness)))),
);

/** The mu-law sound of a symbol; it starts at its loudest sample, which marks its onset. */
export const soundOf = (place: Place, value: number): Buffer => sounds[place]?.[value] ?? Buffer.alloc(0);

/** The share of the window's energy that lies in the strongest tone of a set (1: nothing else is there). */
export const strongest = (mulaw: Uint8Array, at: number, place: Place): { value: number; purity: number } => {
  const samples = new Float32Array(symbolSamples);
  let energy = 0;
  for (let n = 0; n < symbolSamples; n += 1) {
    const sample = decoded[mulaw[at + n] ?? 0xff] ?? 0;
    samples[n] = sample;
    energy += sample * sample;
  }
  let best = { value: 0, purity: 0 };
  if (energy === 0) return best;
  for (let value = 0; value < 16; value += 1) {
    const cos = cosines[place]?.[value];
    const sin = sines[place]?.[value];
    if (!cos || !sin) continue;
    let real = 0;
    let imaginary = 0;
    for (let n = 0; n < symbolSamples; n += 1) {
      const sample = samples[n] ?? 0;
      real += sample * (cos[n] ?? 0);
      imaginary += sample * (sin[n] ?? 0);
    }
    const purity = (2 * (real * real + imaginary * imaginary)) / (symbolSamples * energy);
    if (purity > best.purity) best = { value, purity };
  }
  return best;
};
