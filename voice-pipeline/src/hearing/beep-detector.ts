/**
 * The beep after which a mailbox records: one pure tone that does not waver, and then nothing of it. Pure: sound comes in piece
 * by piece. A piece's frequency is what fits each sample to its neighbours best; it is a tone if nearly all of its energy lies there.
 */
import { sampleOf } from "./mu-law.ts";

const samplesPerMs = 8;
const radiansOf = (hz: number): number => (2 * Math.PI * hz) / (1_000 * samplesPerMs);
/** Mailboxes beep in this range. Telephones ring and hum below it; kitchens and cars beep above. */
const lowest = radiansOf(470);
const highest = radiansOf(1_600);
const pureShare = 0.85;
/** Hiss makes the fit seem lower than it is, or higher. */
const beside = radiansOf(12.5);
/** Of a tone's first piece. */
const mostWaver = 0.03;
/** Without its first and last piece. What rings, or is a line that nobody is on, lasts longer. */
const shortestMs = 100;
const longestMs = 850;
/** Of the mean square, as the sound detector's. */
const leastLevel = 400;

export class BeepDetector {
  /** From one sample of the tone to the next; 0 where none goes on. */
  #radians = 0;
  #ms = 0;

  /** Answers whether a beep has just ended. */
  push(sound: Buffer): boolean {
    const radians = toneOf(sound);
    const wasBeep = this.#ms >= shortestMs && this.#ms <= longestMs;
    const isSame = radians > 0 && Math.abs(radians - this.#radians) <= this.#radians * mostWaver;
    if (!isSame) [this.#radians, this.#ms] = [radians, 0];
    if (radians > 0) this.#ms += sound.length / samplesPerMs;
    return wasBeep && radians === 0;
  }
}

const at = (sound: Buffer, index: number): number => sampleOf[sound[index] ?? 0] ?? 0;

/** How far the tone turns from one sample to the next, in radians; 0 where there is none. */
const toneOf = (sound: Buffer): number => {
  let [before, here] = [at(sound, 0), at(sound, 1)];
  let [fit, energy] = [0, 0];
  for (let index = 2; index < sound.length; index += 1) {
    const sample = at(sound, index);
    // Of a pure tone, a sample's neighbours sum up to so many times the sample, everywhere.
    fit += here * (before + sample);
    energy += here * here;
    before = here;
    here = sample;
  }
  if (energy < leastLevel ** 2 * sound.length) return 0;
  const fitting = Math.acos(fit / (2 * energy));
  if (!(fitting >= lowest && fitting <= highest)) return 0;
  const isPure = [fitting, fitting - beside, fitting + beside].some(
    (radians) => shareAt(radians, sound) >= pureShare,
  );
  return isPure ? fitting : 0;
};

/** The share of the energy that lies at one frequency, after Goertzel. */
const shareAt = (radians: number, sound: Buffer): number => {
  const twice = 2 * Math.cos(radians);
  let [one, two, energy] = [0, 0, 0];
  for (let index = 0; index < sound.length; index += 1) {
    const sample = at(sound, index);
    const next = sample + twice * one - two;
    two = one;
    one = next;
    energy += sample * sample;
  }
  return (2 * (one * one + two * two - twice * one * two)) / (sound.length * energy);
};
