/** Files of a home on which the disk failed, and on which nobody works any more: the same process tries them again. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { JournalHome } from "./ownership.ts";

const leftIn = new WeakMap<JournalHome, Set<string>>();

export const leaveForLater = (home: JournalHome, name: string): void => {
  const left = leftIn.get(home) ?? new Set();
  leftIn.set(home, left.add(name));
};

/** The names of what was left, as far as it is still there: whoever asks is the one to try it again. */
export const takeLeft = (home: JournalHome): string[] => {
  const left = [...(leftIn.get(home) ?? [])];
  leftIn.delete(home);
  return left.filter((name) => existsSync(join(home.directory, name)));
};
