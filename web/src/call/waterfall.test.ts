import { expect, test } from "vitest";
import { waterfall } from "./waterfall.ts";

const turn = {
  endpointing_ms: 400,
  first_token_ms: 100,
  first_clause_ms: 200,
  first_audio_ms: 350,
  first_frame_ms: 400,
};

test("the parts of a turn follow each other without a gap and fill the slowest bar", () => {
  const [bar] = waterfall([turn]);
  expect(bar?.totalMs).toBe(800);
  let reached = 0;
  for (const part of bar?.parts ?? []) {
    expect(part.start).toBeCloseTo(reached);
    reached += part.share;
  }
  expect(reached).toBeCloseTo(1);
});

test("a turn that took half as long is drawn half as wide", () => {
  const half = {
    endpointing_ms: 200,
    first_token_ms: 50,
    first_clause_ms: 100,
    first_audio_ms: 175,
    first_frame_ms: 200,
  };
  const [, bar] = waterfall([turn, half]);
  expect(bar?.parts.reduce((sum, part) => sum + part.share, 0)).toBeCloseTo(0.5);
});

test("a stage that a turn did not have is left out", () => {
  const [bar] = waterfall([{ ...turn, first_clause_ms: null }]);
  expect(bar?.parts.map((part) => part.stage)).toEqual(["endpointing", "thinking", "audio", "wire"]);
});
