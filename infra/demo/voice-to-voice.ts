// How long a caller waits for an answer, at the handset: nothing of what the house says about itself is in it.
import type { Utterance } from "./api.ts";

interface Talk {
  said: readonly Utterance[];
  heard: readonly Utterance[];
}

/** From the last sound of each thing said to the first sound heard after it; only where something was heard. */
export function voiceToVoice({ said, heard }: Talk): number[] {
  return said.flatMap(({ until }, index) => {
    const from = until === undefined ? Number.NaN : Date.parse(until);
    const next = Date.parse(said[index + 1]?.at ?? "9999-12-31T00:00:00Z");
    const reply = heard.map(({ at }) => Date.parse(at)).find((at) => at > from && at < next);
    return reply === undefined ? [] : [reply - from];
  });
}

/** @throws RangeError when there is none */
export function medianMs(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError("Nothing was answered.");
  return Math.round((low + high) / 2);
}
