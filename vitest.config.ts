// Every test of the house, beside its code, and those that cross processes under tests/.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["{shared,workers,voice-pipeline,sandbox,infra}/**/*.test.ts", "tests/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    reporters: ["default", "./tests/summary-reporter.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
