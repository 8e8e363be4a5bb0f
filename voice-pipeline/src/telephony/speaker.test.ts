/** What leaves for the telephone, and what a mark or a clear says of it. The clock is the test's. */
import { beforeEach, expect, it } from "vitest";
import { Speaker } from "./speaker.ts";
import { twilioWriter } from "./twilio.ts";

interface Sent {
  event: string;
  media?: { payload: string };
  mark?: { name: string };
}

let sent: Sent[];
let played: number[];
let speaker: Speaker;

beforeEach(() => {
  [sent, played] = [[], []];
  speaker = new Speaker(twilioWriter("MZ1"), (text) => sent.push(JSON.parse(text)), {
    soundSent: () => {},
    cleared: () => {},
    played: (utterance) => played.push(utterance),
    underrun: () => {},
  });
});

const soundMs = () =>
  sent.reduce((sum, { media }) => sum + Buffer.from(media?.payload ?? "", "base64").length / 8, 0);
const marks = () => sent.flatMap(({ mark }) => mark?.name ?? []);
const tickUntil = (from: number, to: number) => {
  for (let now = from; now <= to; now += 20) speaker.tick(now);
};
/** "one two": a word a half second. */
const twoWords = {
  chars: [..."one two"],
  startMs: [0, 100, 200, 400, 500, 600, 700],
  durationMs: [100, 100, 200, 100, 100, 100, 300],
};

it("marks the end, and a place now and then before it", () => {
  speaker.add(1, Buffer.alloc(8_000), null);
  speaker.complete(1);
  tickUntil(0, 1_000);
  expect(soundMs()).toBe(1_000);
  expect(marks()).toEqual([
    expect.stringMatching(/:4\d0:part$/),
    expect.stringMatching(/:8\d0:part$/),
    expect.stringMatching(/:1000:end$/),
  ]);
  speaker.marked(marks()[2] ?? "", 1_000);
  expect(played).toEqual([1]);
});

it("has not played its last word when it is held within the last frames, and says it once it goes on", () => {
  speaker.add(1, Buffer.alloc(8_000), twoWords);
  speaker.complete(1);
  tickUntil(0, 840);
  expect(soundMs()).toBe(1_000);
  expect(speaker.hold(850)).toBe("one");
  // The telephone gives back every mark of the buffer that it emptied.
  for (const name of marks()) speaker.marked(name, 855);
  tickUntil(860, 1_500);
  expect(played).toEqual([]);
  expect(sent.at(-1)?.event).toBe("clear");
  const before = soundMs();
  speaker.resume();
  tickUntil(1_520, 2_200);
  expect(soundMs() - before).toBe(500);
  speaker.marked(marks().at(-1) ?? "", 2_200);
  expect(played).toEqual([1]);
});

it("says nothing of what is held before its first byte, and all of it once it goes on", () => {
  expect(speaker.hold(0)).toBe("");
  speaker.add(1, Buffer.alloc(8_000), twoWords);
  speaker.complete(1);
  tickUntil(20, 600);
  expect(sent).toEqual([]);
  expect(speaker.heardNow(600)).toBe("");
  speaker.resume();
  tickUntil(620, 1_700);
  expect(soundMs()).toBe(1_000);
});

it("says what follows an utterance that was held before its first byte and dropped", () => {
  speaker.hold(0);
  speaker.drop();
  speaker.add(2, Buffer.alloc(8_000), null);
  tickUntil(20, 60);
  expect(soundMs()).toBeGreaterThan(0);
});

it("knows an utterance that is complete without a sound, which would never be played", () => {
  expect(speaker.complete(1)).toBe(false);
  speaker.add(2, Buffer.alloc(160), null);
  expect(speaker.complete(2)).toBe(true);
  speaker.hold(0);
  expect(speaker.complete(3)).toBe(false);
});
