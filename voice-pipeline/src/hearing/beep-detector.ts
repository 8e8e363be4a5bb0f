/**
 * The beep after which a mailbox records: one pure tone that does not waver, and then nothing of it. Pure: sound comes in piece
 * by piece. A piece's frequency is what fits each sample to its neighbours best; it is a tone if nearly all of its energy lies there.
 */
import { sampleOf } from "./mu-law.ts";

const samplesPerMs = 8;
/** Mailboxes beep in this range. What speaks or sings has overtones; kitchens and cars beep higher. */
const lowestHz = 350;
const highestHz = 1_600;
const turnOf = (hz: number): number => (2 * Math.PI * hz) / (1_000 * samplesPerMs);
const pureShare = 0.85;
/** Of the angle between two samples, from the one to the next piece. */
const mostWaver = 0.03;
/** Without its first and last piece. A longer one is a line that nobody is on. */
const shortestMs = 100;
const longestMs = 2_500;

export class BeepDetector {
  #turn = 0;
  #ms = 0;

  /** Answers whether a beep has just ended. */
  push(sound: Buffer): boolean {
    const turn = toneOf(sound);
    const wasBeep = this.#ms >= shortestMs && this.#ms <= longestMs;
    const isSame = turn !== null && Math.abs(turn - this.#turn) <= this.#turn * mostWaver;
    if (isSame) this.#ms += sound.length / samplesPerMs;
    else {
      this.#turn = turn ?? 0;
      this.#ms = turn === null ? 0 : sound.length / samplesPerMs;
    }
    return wasBeep && turn === null;
  }
}

const at = (sound: Buffer, index: number): number => sampleOf[sound[index] ?? 0] ?? 0;

/** How far the tone turns from one sample to the next, in radians; null where there is none. */
const toneOf = (sound: Buffer): number | null => {
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
  const turn = Math.acos(fit / (2 * energy));
  if (!(turn >= turnOf(lowestHz) && turn <= turnOf(highestHz))) return null;
  return shareAt(turn, sound) >= pureShare ? turn : null;
};

/** The share of the energy that lies at one frequency, after Goertzel. */
const shareAt = (turn: number, sound: Buffer): number => {
  const twice = 2 * Math.cos(turn);
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
