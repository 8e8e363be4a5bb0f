import { describe, expect, it } from "vitest";
import { callCosts, readCostTable } from "./costs.ts";

const use = {
  durationSeconds: 330,
  hasStream: true,
  speechToTextSeconds: 330,
  llmInputTokens: 20_000,
  llmOutputTokens: 1_000,
  speechCharacters: 2_400,
  capturedCents: 245,
};
const costs = (more = {}, table = "{}") =>
  Object.fromEntries(
    callCosts({ ...use, ...more }, readCostTable(table)).map((line) => [line.provider, line.microdollars]),
  );

describe("what a call costs us", () => {
  it("is counted by begun minutes, seconds, tokens, characters, and the capture", () => {
    expect(costs()).toEqual({
      twilio: 108_000,
      deepgram: 42_350,
      llm: 3_600,
      elevenlabs: 120_000,
      stripe: 371_050,
    });
  });

  it("is unknown where it was not measured, and nothing where nothing was used", () => {
    const nobody = { durationSeconds: 0, hasStream: false, speechToTextSeconds: null, capturedCents: 0 };
    expect(costs({ ...nobody, llmInputTokens: null })).toMatchObject({
      twilio: 0,
      deepgram: null,
      llm: null,
      stripe: 0,
    });
    expect(costs({ durationSeconds: null, capturedCents: null })).toMatchObject({
      twilio: null,
      stripe: null,
    });
  });

  it("follows the configured prices and leaves the others", () => {
    expect(costs({}, '{"elevenlabs_thousand":0.1}')).toMatchObject({ elevenlabs: 240_000, deepgram: 42_350 });
  });

  it.each(["[]", "{", '{"gold":1}', '{"llm_input_million":-1}'])(
    "refuses the table %s by its name",
    (table) => {
      expect(() => readCostTable(table)).toThrow("COST_TABLE");
    },
  );
});
