import { expect, test } from "vitest";
import { Downsampler } from "./downsampler.ts";
import { decodeMuLaw, encodeMuLaw } from "./mu-law.ts";

const tone = (hertz: number, rate: number, seconds: number) =>
  Float32Array.from({ length: rate * seconds }, (_, index) => Math.sin((2 * Math.PI * hertz * index) / rate));
const inPieces = (downsampler: Downsampler, sound: Float32Array, length: number) => {
  const output: number[] = [];
  for (let at = 0; at < sound.length; at += length)
    output.push(...downsampler.push(sound.subarray(at, at + length)));
  return output;
};
const loudness = (sound: readonly number[]) =>
  Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length);

test.each([16_000, 44_100, 48_000])("a voice's tone keeps its pitch and loudness from %i Hz", (rate) => {
  const output = inPieces(new Downsampler(rate, 8_000), tone(1_000, rate, 1), 128);
  expect(output.length).toBeGreaterThan(7_980);
  expect(output.length).toBeLessThanOrEqual(8_000);
  const middle = output.slice(200, -200);
  expect(loudness(middle)).toBeCloseTo(Math.SQRT1_2, 2);
  const rises = middle.filter((sample, index) => sample >= 0 && (middle[index - 1] ?? 0) < 0).length;
  expect(Math.abs(rises - middle.length / 8)).toBeLessThanOrEqual(1);
});

test("what a telephone cannot carry is gone, not folded back", () => {
  const output = inPieces(new Downsampler(48_000, 8_000), tone(7_000, 48_000, 1), 128);
  expect(loudness(output.slice(200, -200))).toBeLessThan(0.01);
});

test("the length of the pieces changes nothing", () => {
  const sound = tone(440, 44_100, 0.2);
  expect(inPieces(new Downsampler(44_100, 8_000), sound, 128)).toEqual(
    inPieces(new Downsampler(44_100, 8_000), sound, 1_000),
  );
});

test("mu-law gives back what it was given, within its steps, and silence as silence", () => {
  const sound = tone(300, 8_000, 0.02);
  const back = decodeMuLaw(btoa(String.fromCharCode(...encodeMuLaw(sound))));
  for (const [index, sample] of sound.entries())
    expect(Math.abs((back[index] ?? 0) - sample)).toBeLessThan(0.04);
  expect(new Set(encodeMuLaw(new Float32Array(160)))).toEqual(new Set([0xff]));
});
