/** One behaviour of the table: what is asked for, what shows it, where its figure comes from. */
import type { Figures } from "../measure.ts";

export interface Row {
  behaviour: string;
  /** What DESIGN asks for; null where it gives no figure. */
  goal: string | null;
  /** Where the figure comes from: a call that is measured now, or what is to be run for it. */
  figure: keyof Figures | (keyof Figures)[] | { elsewhere: string };
  /** File under the repository and the beginning of the test's name, with " › " between its parts. */
  tests: [file: string, name: string][];
  /** What is left to do. */
  lacking?: string;
}

/** Test files that many rows name. */
export const core = (name: string) => `voice-pipeline/src/conversation/${name}.test.ts`;
export const deepgram = "voice-pipeline/src/hearing/deepgram.test.ts";
export const firstVoice = "voice-pipeline/src/speaking/eleven-labs.test.ts";
export const aura = "voice-pipeline/src/speaking/aura.test.ts";
export const model = "voice-pipeline/src/thinking/llm.test.ts";
export const whole = "voice-pipeline/src/whole-call.test.ts";
export const ready = "voice-pipeline/src/ready/ready.test.ts";
export const none = { elsewhere: "shown by its tests alone" };
