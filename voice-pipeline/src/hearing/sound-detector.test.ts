import { describe, expect, it } from "vitest";
import { encodeSample } from "../../../sandbox/src/speech/mu-law.ts";
import { randomOf } from "../testing/random.ts";
import { SoundDetector } from "./sound-detector.ts";

/** Frames of 20 ms. */
const second = 50;
const random = randomOf(7);
/** A frame of noise of this level, from 0 to 32 124. */
const frameOf = (level: number): Buffer =>
  Buffer.from(
    Uint8Array.from({ length: 160 }, () => encodeSample((random() * 2 - 1) * level * Math.sqrt(3))),
  );

const steady = (frames: number, level: number): number[] => Array.from({ length: frames }, () => level);
/** Syllables of 180 ms that rise and fall, with 60 ms between them in which only the line is heard. */
const speech = (frames: number, level: number, line: number): number[] =>
  Array.from({ length: frames }, (_, frame) => {
    const at = frame % 12;
    return at < 9 ? Math.hypot(line, level * (0.4 + 0.6 * Math.sin((Math.PI * (at + 0.5)) / 9))) : line;
  });

/** What is told of frames of these levels, one part after another, each time with the number of the frame. */
const hear = (parts: readonly number[][], isSpeaking = false) => {
  const detector = new SoundDetector();
  return parts.flat().flatMap((level, frame) => {
    const verdict = detector.push(frameOf(level), isSpeaking);
    return verdict ? [{ verdict, frame }] : [];
  });
};
const quietLine = steady(second, 60);
/** So many without sound end it. */
const quietFrames = 12;
/** Noise that goes on is no sound after about two seconds and the pause that ends any sound. */
const lastOfNoise = 2.4 * second;

describe("a quiet line", () => {
  it.each([0, 60, 300])("of level %i is never sound", (level) => {
    expect(hear([steady(60 * second, level)])).toEqual([]);
  });

  it("tells speech in its fourth frame, and its end after a pause of twelve", () => {
    expect(hear([quietLine, steady(20, 4_000), quietLine])).toEqual([
      { verdict: "sound", frame: 53 },
      { verdict: "quiet", frame: 81 },
    ]);
  });

  it("takes no click for speech", () => {
    const click = [...steady(3, 20_000), ...steady(5, 60)];
    expect(hear([quietLine, click, click, click, quietLine])).toEqual([]);
  });

  it("hears a long speech as one sound, and another after a pause", () => {
    expect(
      hear([quietLine, speech(10 * second, 4_000, 60), quietLine, speech(second, 4_000, 60), quietLine]),
    ).toEqual([
      { verdict: "sound", frame: 53 },
      { verdict: "quiet", frame: 561 },
      { verdict: "sound", frame: 603 },
      { verdict: "quiet", frame: 661 },
    ]);
  });

  it("hears as one sound what has a gap only after each phrase", () => {
    const phrase = [...steady(1.6 * second, 4_000), ...steady(3, 60)];
    const told = hear([quietLine, ...Array<number[]>(10).fill(phrase), quietLine]);
    expect(told.map(({ verdict }) => verdict)).toEqual(["sound", "quiet"]);
  });

  it("asks for twice as much while our own voice plays", () => {
    const echo = steady(second, 700);
    expect(hear([quietLine, echo], true)).toEqual([]);
    expect(hear([quietLine, echo])[0]).toEqual({ verdict: "sound", frame: 53 });
  });
});

describe("noise that goes on", () => {
  it.each([600, 1_500, 6_000, 12_000])(
    "at level %i from the start is the line after two seconds",
    (level) => {
      const told = hear([steady(60 * second, level)]);
      expect(told.map(({ verdict }) => verdict)).toEqual(["sound", "quiet"]);
      expect(told[0]?.frame).toBe(3);
      expect(told[1]?.frame).toBeLessThan(lastOfNoise);
    },
  );

  it("is the line also when it begins amid a call, and the quiet after it at once", () => {
    const noise = steady(6 * second, 3_000);
    const told = hear([quietLine, noise, quietLine, steady(20, 1_000), quietLine]);
    expect(told.map(({ verdict }) => verdict)).toEqual(["sound", "quiet", "sound", "quiet"]);
    const [began, ended, spoken] = told.map(({ frame }) => frame);
    expect(began).toBe(53);
    expect(ended).toBeLessThan(second + lastOfNoise);
    // Speech a third as loud as the noise was.
    expect(spoken).toBe(quietLine.length * 2 + noise.length + 3);
  });

  it.each(["silent", "heard"])(
    "lets speech clearly above it be sound while our own voice is %s, each time anew",
    (own) => {
      const noise = steady(4 * second, 1_500);
      // More than two seconds of it do not make it the line.
      const said = speech(4.8 * second, 8_000, 1_500);
      const told = hear([noise, said, noise, said, noise], own === "heard");
      const later = told.filter(({ frame }) => frame >= noise.length);
      expect(later.map(({ verdict }) => verdict)).toEqual(["sound", "quiet", "sound", "quiet"]);
      const round = noise.length + said.length;
      later.forEach(({ verdict, frame }, index) => {
        // The edges of a syllable may be lost in the noise.
        const [from, late] = verdict === "sound" ? [noise.length + 3, 2] : [round - 3, quietFrames];
        const at = frame - Math.floor(index / 2) * round;
        expect(at).toBeGreaterThanOrEqual(from);
        expect(at).toBeLessThanOrEqual(from + late);
      });
    },
  );

  it("does not begin and end again and again where speech would just be heard", () => {
    for (const times of [2.5, 2.7, 3, 3.3, 3.6]) {
      const told = hear([steady(10 * second, 500), steady(60 * second, 500 * times)]);
      const after = told.filter(({ frame }) => frame >= 10 * second);
      expect(after.length).toBeLessThanOrEqual(2);
      expect(after.at(-1)?.verdict ?? "quiet").toBe("quiet");
    }
  });

  it("may grow and fade like traffic without being speech", () => {
    let height = 0;
    const traffic = Array.from({ length: 180 * second }, () => {
      height = Math.max(-1, Math.min(1, height + (random() - 0.5) * 0.15));
      return 1_500 * 2 ** height;
    });
    expect(hear([traffic]).map(({ verdict }) => verdict)).toEqual(["sound", "quiet"]);
  });

  it("as music swells slowly unheard, and quickly is one sound a swell", () => {
    const music = (swellSeconds: number, seconds: number): number[] =>
      Array.from(
        { length: seconds * second },
        (_, frame) => 300 * 20 ** ((1 - Math.cos((2 * Math.PI * frame) / (swellSeconds * second))) / 2),
      );
    expect(hear([music(10, 60)])).toEqual([]);
    const told = hear([music(4, 60)]);
    expect(told.map(({ verdict }) => verdict)).toEqual(Array(15).fill(["sound", "quiet"]).flat());
  });
});
