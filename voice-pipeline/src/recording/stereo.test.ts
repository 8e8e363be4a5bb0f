/** Where sound lies in a recording: tones at known times are looked for in what comes out. */
import { partBytes, silence } from "@callmeback/shared/domain/recording";
import { describe, expect, it } from "vitest";
import { Speaker } from "../telephony/speaker.ts";
import { twilioWriter } from "../telephony/twilio.ts";
import { Stereo } from "./stereo.ts";

const startedAt = 5_000;
const frameOf = (value: number): Buffer => Buffer.alloc(160, value);
const quiet = frameOf(silence);

const open = () => {
  const parts: Buffer[] = [];
  const stereo = new Stereo(startedAt, (part, sound) => {
    expect(part).toBe(parts.length);
    parts.push(sound);
  });
  /** One side's samples so far. */
  const side = (which: 0 | 1) => Buffer.concat(parts).filter((_, index) => index % 2 === which);
  /** Where a value is found, as stretches in milliseconds. */
  const stretches = (which: 0 | 1, value: number): [number, number][] => {
    const found: [number, number][] = [];
    for (const [sample, byte] of side(which).entries()) {
      if (byte !== value) continue;
      const last = found.at(-1);
      if (last && last[1] === sample / 8) last[1] = (sample + 1) / 8;
      else found.push([sample / 8, (sample + 1) / 8]);
    }
    return found;
  };
  return { stereo, parts, side, stretches };
};

/** Frames of quiet, with the caller's tone while `isTone`; each arrives at its end, later by what `late` says. */
const hear = (
  stereo: Stereo,
  fromMs: number,
  untilMs: number,
  isTone: (ms: number) => boolean = () => false,
  late: (ms: number) => number = () => 0,
) => {
  for (let ms = fromMs; ms < untilMs; ms += 20)
    stereo.hear(isTone(ms) ? frameOf(1) : quiet, startedAt + ms + 20 + late(ms));
};

describe("a recording in stereo", () => {
  it("has each side's tone at its time, the caller left and the persona right", () => {
    const { stereo, stretches, side } = open();
    hear(stereo, 0, 3_000, (ms) => ms >= 1_000 && ms < 1_400);
    for (let ms = 2_000; ms < 2_600; ms += 20) stereo.play(frameOf(2), startedAt + ms);
    stereo.finish(startedAt + 3_000);
    expect(stretches(0, 1)).toEqual([[1_000, 1_400]]);
    expect(stretches(1, 2)).toEqual([[2_000, 2_600]]);
    expect([stretches(0, 2), stretches(1, 1)]).toEqual([[], []]);
    expect(side(0)).toHaveLength(3_000 * 8);
  });

  it("is cut into parts of ten seconds, the last as long as it is, and a tone goes on over the cut", () => {
    const { stereo, parts, stretches } = open();
    hear(stereo, 0, 20_000, (ms) => ms >= 9_900 && ms < 10_100);
    for (let ms = 19_990; ms < 20_110; ms += 20) stereo.play(frameOf(2), startedAt + ms);
    hear(stereo, 20_000, 25_000);
    stereo.finish(startedAt + 25_000);
    expect(parts.map(({ length }) => length)).toEqual([partBytes, partBytes, partBytes / 2]);
    expect(stretches(0, 1)).toEqual([[9_900, 10_100]]);
    expect(stretches(1, 2)).toEqual([[19_990, 20_110]]);
  });

  it("gives a part as soon as nothing of it can change any more", () => {
    const { stereo, parts } = open();
    hear(stereo, 0, 10_900);
    expect(parts).toHaveLength(0);
    hear(stereo, 10_900, 11_100);
    expect(parts).toHaveLength(1);
  });

  it("keeps the caller's sound whole and in its place when the network is late and catches up", () => {
    const { stereo, stretches } = open();
    hear(
      stereo,
      0,
      6_000,
      (ms) => (ms >= 2_000 && ms < 2_200) || (ms >= 4_000 && ms < 4_200),
      (ms) => (ms >= 1_000 && ms < 3_000 ? 3_000 - ms : (ms % 60) / 2),
    );
    stereo.finish(startedAt + 6_000);
    expect(stretches(0, 1)).toEqual([
      [2_000, 2_200],
      [4_000, 4_200],
    ]);
  });

  it("leaves a gap where the caller's sound was lost, within a second", () => {
    const { stereo, stretches } = open();
    hear(stereo, 0, 1_000);
    hear(stereo, 1_500, 6_000, (ms) => ms >= 4_000 && ms < 4_200);
    stereo.finish(startedAt + 6_000);
    expect(stretches(0, 1)).toEqual([[4_000, 4_200]]);
  });

  it("keeps nothing from before its beginning, and nothing of the persona's from after its end", () => {
    const { stereo, stretches, side } = open();
    stereo.play(frameOf(2), startedAt - 100);
    hear(stereo, 0, 1_000);
    for (let ms = 900; ms < 1_200; ms += 20) stereo.play(frameOf(2), startedAt + ms);
    stereo.finish(startedAt + 1_000);
    expect(stretches(1, 2)).toEqual([[900, 1_000]]);
    expect(side(1)).toHaveLength(1_000 * 8);
  });
});

describe("the persona's side", () => {
  /** A speaker whose sound is recorded, as a call wires them. */
  const speak = () => {
    const recording = open();
    const speaker = new Speaker(twilioWriter("MZ1"), () => {}, {
      soundSent: (_, sound, playsAt) => recording.stereo.play(sound, playsAt),
      cleared: (from) => recording.stereo.clear(from),
      played: () => {},
      underrun: () => {},
    });
    const run = (fromMs: number, untilMs: number) => {
      for (let ms = fromMs; ms < untilMs; ms += 20) {
        speaker.tick(startedAt + ms);
        recording.stereo.hear(quiet, startedAt + ms + 20);
      }
    };
    return { ...recording, speaker, run };
  };

  it("is what was played, by the playout clock, however early it was sent", () => {
    const { speaker, run, stereo, stretches } = speak();
    run(0, 1_000);
    speaker.add(1, Buffer.alloc(500 * 8, 2), null);
    speaker.complete(1);
    run(1_000, 2_000);
    stereo.finish(startedAt + 2_000);
    expect(stretches(1, 2)).toEqual([[1_000, 1_500]]);
  });

  it("leaves out what an interruption cleared, and has what was said anew where it was", () => {
    const { speaker, run, stereo, stretches } = speak();
    speaker.add(1, Buffer.alloc(3_000 * 8, 2), null);
    speaker.complete(1);
    run(0, 1_000);
    // Sent 200 ms ahead, and thrown away by the telephone.
    speaker.hold(startedAt + 1_000);
    run(1_000, 2_000);
    speaker.drop();
    speaker.add(2, Buffer.alloc(200 * 8, 3), null);
    speaker.complete(2);
    run(2_000, 3_000);
    stereo.finish(startedAt + 3_000);
    expect(stretches(1, 2)).toEqual([[0, 1_000]]);
    expect(stretches(1, 3)).toEqual([[2_000, 2_200]]);
  });
});
