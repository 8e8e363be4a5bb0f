// Notes which test provoked which answer of the API, when somebody wants to know (API_COVERAGE names a directory).
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RouteName } from "@callmeback/shared/contract";
import { expect } from "vitest";

export interface Note {
  route: RouteName;
  /** An error's code, `ok`, or a limit such as `body.name maxLength 50`. */
  what: string;
  test: string;
}

/** Writes one note for the test that runs now. */
export function note(route: RouteName, what: string): void {
  const directory = process.env.API_COVERAGE;
  if (directory === undefined) return;
  const { currentTestName, testPath } = expect.getState();
  if (currentTestName === undefined || testPath === undefined) return;
  const file = testPath.slice(testPath.lastIndexOf("tests/"));
  const entry: Note = { route, what, test: `${file} › ${currentTestName}` };
  mkdirSync(directory, { recursive: true });
  appendFileSync(join(directory, `${process.pid}.jsonl`), `${JSON.stringify(entry)}\n`);
}
