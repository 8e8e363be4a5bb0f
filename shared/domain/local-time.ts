// Clocks on the wall of a time zone, and the instants behind them. Pure; the zone rules are the runtime's own (IANA).

export interface WallClock {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** What a clock in this zone shows at an instant. @throws RangeError for an unknown zone */
export function wallClock(at: Date, timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  return { year, month, day, hour, minute };
}

const asUtc = ({ year, month, day, hour, minute }: WallClock) => Date.UTC(year, month - 1, day, hour, minute);

/**
 * The instant at which a clock in this zone shows this time. In the hour that summer time skips, the instant after the
 * jump; in the hour that comes twice, the first.
 */
export function instantOf(clock: WallClock, timeZone: string): Date {
  const wanted = asUtc(clock);
  const offsetAt = (ms: number) => asUtc(wallClock(new Date(ms), timeZone)) - ms;
  // The offset before and after any change nearby; the earlier instant that fits is the one.
  const candidates = [offsetAt(wanted - 86_400_000), offsetAt(wanted + 86_400_000)].map(
    (offset) => wanted - offset,
  );
  const fitting = candidates.filter((ms) => asUtc(wallClock(new Date(ms), timeZone)) === wanted);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : Math.max(...candidates));
}
