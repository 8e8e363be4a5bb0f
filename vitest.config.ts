// Every test of the house, beside its code, and those that cross processes under tests/. Those that hold calls by
// sound run when nothing else does, since a machine that is busy would be heard as gaps in the speech: two files at a time
// where they hold one call or a few, which leaves most of two cores idle, and fifty calls by themselves. Those before a browser wait
// for it and for a call most of the time.
import { defineConfig } from "vitest/config";

const bySound = [
  "infra/database/run-endpoint.test.ts",
  "voice-pipeline/src/ready/ready.test.ts",
  "voice-pipeline/src/stream.test.ts",
  "voice-pipeline/src/turns-by-sound.test.ts",
  "voice-pipeline/src/whole-call.test.ts",
  "tests/one-whole-call.test.ts",
  "tests/ready-while-it-rings.test.ts",
  "tests/recorded-call.test.ts",
];
const fiftyCalls = ["tests/fifty-calls.test.ts", "tests/voice-crash.test.ts"];
const browser = ["tests/browser/**/*.test.ts"];
const common = {
  environment: "node",
  testTimeout: 20_000,
  hookTimeout: 60_000,
  // A condition is waited for as long as a busy machine may take.
  expect: { poll: { timeout: 5_000 } },
} as const;

export default defineConfig({
  test: {
    reporters: ["default", "./tests/summary-reporter.ts"],
    // What the house logs is shown when a test fails.
    silent: "passed-only",
    projects: [
      {
        test: {
          ...common,
          name: "house",
          include: [
            "{shared,workers,voice-pipeline,sandbox,infra,web,bench}/**/*.test.ts",
            "tests/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", ...bySound, ...fiftyCalls, ...browser],
          // They wait for processes of their own more than they work.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: "browser",
          include: browser,
          globalSetup: "tests/browser/chromium-at-hand.ts",
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: "by sound",
          include: bySound,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...common,
          name: "fifty calls",
          include: fiftyCalls,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
