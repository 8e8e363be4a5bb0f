import { expect, it } from "vitest";
import { readConfig } from "./config.ts";

const least = {
  PUBLIC_URL: "https://callmeback.example",
  VOICE_NODE_KEY: "n",
  JOURNAL_DIR: "j",
  DEEPGRAM_API_KEY: "d",
  LLM_BASE_URL: "https://one.example/v1/",
  LLM_API_KEY: "l",
  LLM_MODEL: "one",
  ELEVENLABS_API_KEY: "e",
};
const one = { baseUrl: "https://one.example/v1", apiKey: "l", model: "one" };

it.each([
  [{}, undefined],
  [{ LLM_FALLBACK_MODEL: "two" }, { ...one, model: "two" }],
  [{ LLM_FALLBACK_API_KEY: "k" }, { ...one, apiKey: "k" }],
  [
    { LLM_FALLBACK_MODEL: "two", LLM_FALLBACK_BASE_URL: "https://two.example/", LLM_FALLBACK_API_KEY: "k" },
    { baseUrl: "https://two.example", apiKey: "k", model: "two" },
  ],
])("with %j the second model is %j", (given, fallback) =>
  expect(readConfig({ ...least, ...given }).llm).toEqual({ ...one, fallback }),
);

it("names each variable that is missing or malformed", () => {
  const given = { ...least, VOICE_NODE_KEY: "", LLM_FALLBACK_BASE_URL: "two.example" };
  expect(() => readConfig(given)).toThrow(/VOICE_NODE_KEY: .*\nLLM_FALLBACK_BASE_URL: /s);
});
