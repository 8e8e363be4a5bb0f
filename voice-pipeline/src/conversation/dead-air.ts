/**
 * What to do when the caller hears nothing while the persona thinks. First what the model left half said, then a filler,
 * then the wait is given up; the caller never hears nothing for five seconds (DESIGN, section 7).
 */
import type { Thought } from "./thought.ts";
import type { Utterance } from "./utterance.ts";

const functionFillerMs = 700;
/** One for each filler that may be said in one reply. */
const fillersMs = [1_500, 2_500];
const giveUpMs = 4_000;
/** A wait is not given up amid the persona's own words. */
const pauseMs = 1_000;

export type Remedy = "speak-on" | "give-up";

export const remedyFor = (utterance: Utterance, thought: Thought, at: number): Remedy | null => {
  const quietMs = at - utterance.voicedAt;
  const waitedMs = at - thought.progressAt;
  if (quietMs >= giveUpMs || (waitedMs >= giveUpMs && quietMs >= pauseMs)) return "give-up";
  const isWorking = thought.pending.size > 0 && utterance.fillers === 0;
  if (isWorking && Math.min(quietMs, waitedMs) >= functionFillerMs) return "speak-on";
  const fillerMs = fillersMs[utterance.fillers];
  return fillerMs !== undefined && quietMs >= fillerMs ? "speak-on" : null;
};
