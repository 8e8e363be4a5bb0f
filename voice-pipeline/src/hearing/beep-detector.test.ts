import { describe, expect, it } from "vitest";
import { encodeSample } from "../../../sandbox/src/speech/mu-law.ts";
import { randomOf } from "../testing/random.ts";
import { BeepDetector } from "./beep-detector.ts";

const random = randomOf(7);
/** A wave by its samples' numbers, eight to the millisecond. */
const sound = (ms: number, wave: (sample: number) => number): Buffer =>
  Buffer.from(Uint8Array.from({ length: ms * 8 }, (_, sample) => encodeSample(wave(sample))));
const tone =
  (hz: number, loudness = 6_000) =>
  (sample: number): number =>
    loudness * Math.cos((2 * Math.PI * hz * sample) / 8_000);
const noise = (level: number) => (): number => level * Math.sqrt(3) * (2 * random() - 1);
const both = (one: (sample: number) => number, other: (sample: number) => number) => (sample: number) =>
  one(sample) + other(sample);
/** A voice: a tone that wavers a little, and its overtones. */
const vowel = (hz: number) => (sample: number) =>
  [1, 0.8, 0.6, 0.4, 0.3].reduce((sum, loudness, overtone) => {
    const turned = (2 * Math.PI * hz * sample) / 8_000 - 0.5 * Math.cos((2 * Math.PI * 5 * sample) / 8_000);
    return sum + 2_000 * loudness * Math.sin((overtone + 1) * turned);
  }, 0);

const quiet = Buffer.alloc(1_600, 0xff);
/** How many beeps are heard in it, in frames of 20 ms that do not begin with it. */
const beepsIn = (...parts: Buffer[]): number => {
  const detector = new BeepDetector();
  const all = Buffer.concat([quiet.subarray(0, 37), ...parts, quiet]);
  let beeps = 0;
  for (let from = 0; from < all.length; from += 160)
    if (detector.push(all.subarray(from, from + 160))) beeps += 1;
  return beeps;
};

describe("a pure tone", () => {
  it.each([480, 600, 850, 1_000, 1_025, 1_400, 1_550])("of %i Hz is one beep once it has ended", (hz) => {
    expect(beepsIn(sound(300, tone(hz)))).toBe(1);
  });

  it.each([480, 800, 1_000, 1_400])("of %i Hz is heard on a line that hisses, 25 dB below it", (hz) => {
    expect(beepsIn(sound(400, both(tone(hz), noise(240))))).toBe(1);
  });

  it("is told when it is over, and not before", () => {
    const detector = new BeepDetector();
    const long = sound(400, tone(1_000));
    for (let from = 0; from < long.length; from += 160)
      expect(detector.push(long.subarray(from, from + 160))).toBe(false);
    expect(detector.push(quiet.subarray(0, 160))).toBe(true);
    expect(detector.push(quiet.subarray(160, 320))).toBe(false);
  });

  it("is heard each time", () => {
    expect(beepsIn(sound(200, tone(1_000)), quiet, sound(200, tone(1_000)))).toBe(2);
  });

  it.each([
    ["a blip", sound(60, tone(1_000))],
    ["a tone that does not end", sound(4_000, tone(850))],
    ["what rings in Germany", sound(1_000, tone(425))],
    ["what rings elsewhere", sound(1_000, tone(500))],
    ["what rings in Britain", sound(400, both(tone(400, 4_000), tone(450, 4_000)))],
    ["a child's hum", sound(500, tone(420))],
    ["a whistle that slides", sound(500, (sample) => 6_000 * Math.cos(0.8 * sample + 0.00002 * sample ** 2))],
    ["a faint one", sound(400, tone(1_000, 300))],
    ["a kitchen's", sound(400, tone(2_400))],
    ["a hum", sound(400, tone(100))],
    ["a siren", sound(1_000, (sample) => 6_000 * Math.cos(0.5 * sample + 0.00005 * sample ** 2))],
    ["a dial tone", sound(900, both(tone(350, 4_000), tone(440, 4_000)))],
    ["a key", sound(300, both(tone(697, 4_000), tone(1_209, 4_000)))],
    ["noise", sound(5_000, noise(3_000))],
    ["nothing", quiet],
  ])("is no beep as %s", (_, heard) => {
    expect(beepsIn(heard)).toBe(0);
  });

  it.each([90, 120, 180, 220, 300, 400])("is no beep as a voice at %i Hz", (hz) => {
    expect(beepsIn(sound(800, vowel(hz)))).toBe(0);
  });
});
