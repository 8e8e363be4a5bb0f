// When nobody may be called who did not ask for it: from nine in the evening to eight in the morning on the callee's own
// clock. Source: 47 CFR 64.1200(c)(1), the strictest of the common rules.
import { instantOf, wallClock } from "./local-time.ts";

const fromHour = 21;
const toHour = 8;

/** The end of the quiet hours that hold at this instant, or null outside them. */
export function quietUntil(at: Date, timeZone: string): Date | null {
  const clock = wallClock(at, timeZone);
  if (clock.hour >= toHour && clock.hour < fromHour) return null;
  const morning = new Date(
    Date.UTC(clock.year, clock.month - 1, clock.day + (clock.hour >= fromHour ? 1 : 0)),
  );
  const day = { year: morning.getUTCFullYear(), month: morning.getUTCMonth() + 1, day: morning.getUTCDate() };
  return instantOf({ ...day, hour: toHour, minute: 0 }, timeZone);
}
