import { describe, expect, it } from "vitest";
import { type RecognizedEvent, Recognizer } from "./recognizer.ts";
import { speak } from "./speak.ts";

const silence = (samples: number) => Buffer.alloc(samples, 0xff);
const framesOf = (sound: Buffer, size = 160): Buffer[] =>
  Array.from({ length: Math.ceil(sound.length / size) }, (_, at) =>
    sound.subarray(at * size, (at + 1) * size),
  );
const hear = (frames: Buffer[]): RecognizedEvent[] => {
  const recognizer = new Recognizer();
  return frames.flatMap((frame) => recognizer.push(frame));
};
const wordsIn = (events: RecognizedEvent[]) => events.filter((event) => event.type === "word");
const text = (events: RecognizedEvent[]) =>
  wordsIn(events)
    .map((word) => word.text)
    .join(" ");
const noise = (samples: number): Buffer => {
  let state = 7;
  return Buffer.from(
    Uint8Array.from({ length: samples }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    }),
  );
};

const spoken = "Hello, my name is Zoë: 12 * 7?";
const sound = Buffer.concat([silence(333), speak(spoken).audio, silence(1600)]);

describe("speech", () => {
  it.each([1, 20, 160, 333, 640, 100_000])("is understood in pieces of %i samples", (size) => {
    expect(text(hear(framesOf(sound, size)))).toBe(spoken);
  });

  it("tells where each word was, and once when it began and ended", () => {
    const events = hear(framesOf(sound));
    const { chars } = speak(spoken);
    const [first] = wordsIn(events);
    expect(first?.startMs).toBeCloseTo(333 / 8, 0);
    expect((first?.endMs ?? 0) - (first?.startMs ?? 0)).toBeCloseTo(chars[6]?.startMs ?? 0, 0);
    expect(events.map((event) => event.type).filter((type) => type !== "word")).toEqual([
      "speech-start",
      "silence",
    ]);
  });

  it("covers the whole sound with its characters", () => {
    const { audio, chars } = speak(spoken);
    expect(chars.map((each) => each.char).join("")).toBe(spoken);
    expect(chars.reduce((sum, each) => sum + each.durationMs, 0)).toBe(audio.length / 8);
  });

  it("joins without a seam: one text after the other", () => {
    expect(text(hear([speak("One. ").audio, speak("Two.").audio]))).toBe("One. Two.");
  });
});

describe("what is damaged on the way", () => {
  const damages = {
    lost: (frames: Buffer[], at: number) => frames.toSpliced(at, 1),
    doubled: (frames: Buffer[], at: number) => frames.toSpliced(at, 0, frames[at] ?? silence(0)),
    swapped: (frames: Buffer[], at: number) =>
      frames.toSpliced(at, 2, frames[at + 1] ?? silence(0), frames[at] ?? silence(0)),
  };
  const clean = spoken.split(" ");

  it.each(["lost", "doubled", "swapped"] as const)("is never a clean word: any frame %s", (kind) => {
    const frames = framesOf(sound);
    const isSound = (frame: Buffer | undefined) => (frame ?? []).filter((byte) => byte !== 0xff).length > 80;
    let damaged = 0;
    frames.slice(0, -1).forEach((frame, at) => {
      const words = wordsIn(hear(damages[kind](frames, at)));
      const garbled = words.filter((word) => word.text.includes("�"));
      for (const word of garbled) expect(word.confidence).toBeLessThan(0.5);
      const whole = words.filter((word) => !word.text.includes("�")).map((word) => word.text);
      for (const word of whole) expect(clean).toContain(word);
      if (isSound(frame) && isSound(frames[at + 1])) {
        expect(garbled.length).toBeGreaterThan(0);
        damaged += 1;
      }
    });
    expect(damaged).toBeGreaterThan(50);
  });

  it("is nothing when it is noise, and speech after it is heard", () => {
    expect(hear(framesOf(noise(16_000)))).toEqual([]);
    expect(text(hear(framesOf(Buffer.concat([noise(8_013), speak("hello there").audio]))))).toBe(
      "hello there",
    );
  });
});
