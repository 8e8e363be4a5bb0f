/** When voices ran dry, and what stood still: what a load that was not borne is asked first. Pure. */
import type { Stall } from "./stalls.ts";
import type { Theft } from "./thefts.ts";

/** What a `LoadResult` says of it; times of `nowMs`. */
export interface Watched {
  /** When the measurement began. */
  from: number;
  subject: string;
  thefts: readonly Theft[];
  callers: { dryAt: readonly number[]; stalls: readonly Stall[] };
  fakes: { stalls: readonly Stall[] };
  inside: { stalls: readonly Stall[] } | null;
}

/** In lines. */
export const standstills = ({ from, subject, thefts, callers, fakes, inside }: Watched): string[] => {
  const second = (at: number) => `second ${((at - from) / 1000).toFixed(1)}`;
  const stood = (who: string, stalls: readonly Stall[]) =>
    stalls
      .filter(({ at }) => at >= from)
      .map(({ at, ms, workedMs, coreTakenMs }) => {
        const [all, worked, taken] = [ms, workedMs, coreTakenMs].map((each) => each.toFixed(0));
        return `${second(at)}: ${who} stood still for ${all} ms, worked ${worked}, its core taken ${taken}`;
      });
  return [
    ...[...Map.groupBy(callers.dryAt, second)].map(
      ([when, { length }]) => `${when}: ${length} voice${length === 1 ? "" : "s"} ran dry`,
    ),
    ...thefts.map(({ at, core, ms }) => `${second(at)}: core ${core} was away for ${ms} ms`),
    ...stood(subject, inside?.stalls ?? []),
    ...stood("callers", callers.stalls),
    ...stood("fakes", fakes.stalls),
  ];
};
