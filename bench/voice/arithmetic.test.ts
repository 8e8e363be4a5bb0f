import { expect, it } from "vitest";
import { highestBorne } from "./capacity.ts";
import { answer, answerIn, question, questionIn } from "./fakes/wording.ts";
import { FrameCount } from "./frame-count.ts";
import { frameBytes, framesOf, identityBytes, kinds, oneFrame, readIdentity } from "./identity.ts";
import { addedMs } from "./join.ts";
import { percentile } from "./percentile.ts";
import { growthPerMinute } from "./slope.ts";
import { standstills } from "./standstills.ts";

it("takes the nearest rank, never one above the largest", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([1, 50, 95, 99, 100].map((percent) => percentile(values, percent))).toEqual([1, 50, 95, 99, 100]);
  expect(percentile([7, 3], 50)).toBe(3);
  expect(percentile([7], 99)).toBe(7);
  expect(percentile([], 50)).toBeNaN();
});

it("tells a lost frame from a late and from a doubled one", () => {
  const count = new FrameCount();
  for (const frame of [0, 1, 4, 2, 4, 1, 6]) count.take(frame);
  expect(count).toMatchObject({ received: 7, late: 1, doubled: 2, lost: 2 });
});

it("counts what is missing before the first frame", () => {
  const count = new FrameCount(1);
  count.take(3);
  expect(count.lost).toBe(2);
});

it("reads back of each frame what was written, and nothing out of other sound", () => {
  const sound = framesOf(499, 77, 300, 3, kinds.last);
  const read = [0, 1, 2].map((index) => readIdentity(sound, index * frameBytes));
  expect(read).toEqual([
    { call: 499, turn: 77, frame: 300, kind: kinds.speech },
    { call: 499, turn: 77, frame: 301, kind: kinds.speech },
    { call: 499, turn: 77, frame: 302, kind: kinds.last },
  ]);
  expect(readIdentity(sound, 1)).toBeNull();
  expect(readIdentity(Buffer.alloc(frameBytes, 0xff), 0)).toBeNull();
  expect(readIdentity(sound.subarray(0, identityBytes - 1), 0)).toBeNull();
});

it("keeps the identity of a silent frame within silence", () => {
  const silent = { call: 4095, turn: 0, frame: 65_535, kind: kinds.silence };
  const frame = oneFrame(Buffer.alloc(frameBytes), silent);
  expect(readIdentity(frame, 0)).toEqual(silent);
  for (const byte of frame) expect(byte).toBeGreaterThanOrEqual(0xf0);
});

it("adds up the waits between the fakes, and not the fakes' own time", () => {
  const turn = { heardAt: 12, sttAt: 100, llmAt: 101, clauseAt: 400, textAt: 402, audioAt: 520 };
  const added = addedMs(turn, { askedAt: 8, answeredAt: 523 });
  expect(added).toEqual({ caller: 4, question: 1, clause: 2, sound: 3, all: 10 });
  expect(addedMs({ sttAt: 100, llmAt: 101 }, { askedAt: 8, answeredAt: 523 })).toBeNull();
});

it("finds the highest load that is borne, within the nearness asked for", async () => {
  const tried: number[] = [];
  const upTo = (limit: number) => async (calls: number) => {
    tried.push(calls);
    return calls <= limit;
  };
  const search = { from: 200, least: 1, most: 1_000, nearness: 1.1 };
  const found = await highestBorne(search, upTo(317));
  expect(found).toBeLessThanOrEqual(317);
  expect(found * 1.1).toBeGreaterThanOrEqual(317);
  expect(tried).toEqual([200, 300, 450, 375, 337, 318]);
  expect(await highestBorne(search, upTo(5_000))).toBe(1_000);
  expect(await highestBorne(search, upTo(1))).toBe(1);
  expect(await highestBorne(search, upTo(0))).toBe(0);
  tried.length = 0;
  expect(await highestBorne({ ...search, least: 60 }, upTo(59))).toBe(0);
  expect(tried).toEqual([200, 100, 60]);
});

it("tells growth from a wave", () => {
  const line = [1, 2, 3, 4].map((minute) => ({ second: minute * 60, mb: 100 + minute * 3 }));
  expect(growthPerMinute(line)).toBeCloseTo(3);
  const wave = [10, 12, 12, 10].map((mb, index) => ({ second: index * 60, mb }));
  expect(growthPerMinute(wave)).toBeCloseTo(0);
  expect(growthPerMinute([])).toBeNaN();
});

it("knows whose a question and an answer are", () => {
  expect(questionIn(`Then: ${question(499, 7)} and ${question(10, 203)}`)).toEqual({ call: 10, turn: 203 });
  const { tokens, sentenceEnd } = answer(499, 60);
  const [first, second] = [tokens.slice(0, sentenceEnd + 1), tokens.slice(sentenceEnd + 1)];
  expect(answerIn(first.join(""))).toEqual({ call: 499, turn: 60, isSecond: false });
  expect(answerIn(second.join(""))).toEqual({ call: 499, turn: 60, isSecond: true });
  expect(answerIn("Hello Sam, this is Luna.")).toBeNull();
});

it("tells by the second of the measurement when voices ran dry and who stood still, and nothing from before it", () => {
  const quiet = {
    from: 0,
    subject: "bridge",
    thefts: [],
    callers: { dryAt: [], stalls: [] },
    fakes: { stalls: [] },
  };
  const stall = (at: number) => ({ at, ms: 210.4, workedMs: 30.2, coreTakenMs: 4.9 });
  const told = standstills({
    from: 1_000,
    subject: "pipeline",
    thefts: [{ at: 3_010, core: 1, ms: 170 }],
    callers: { dryAt: [3_020, 3_060, 4_000], stalls: [stall(900)] },
    fakes: { stalls: [stall(5_000)] },
    inside: { stalls: [stall(500), stall(2_900)] },
  });
  expect(told).toEqual([
    "second 2.0: 1 voice ran dry",
    "second 2.1: 1 voice ran dry",
    "second 3.0: 1 voice ran dry",
    "second 2.0: core 1 was away for 170 ms",
    "second 1.9: pipeline stood still for 210 ms, worked 30, its core taken 5",
    "second 4.0: fakes stood still for 210 ms, worked 30, its core taken 5",
  ]);
  expect(standstills({ ...quiet, inside: null })).toEqual([]);
});
