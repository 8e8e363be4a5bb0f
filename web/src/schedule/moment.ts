// A day and a time on the clock of a time zone, as a moment. Pure.

/** How far the zone's clock is ahead of UTC at that moment, in milliseconds. */
function offsetAt(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return shown - Math.floor(ms / 1000) * 1000;
}

/** `2026-12-24`, `18:00` in `Europe/Berlin` is 17:00 UTC; undefined while something is missing. */
export function momentOf(day: string, time: string, timeZone: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d$/.test(time)) return undefined;
  const asIfUtc = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(asIfUtc)) return undefined;
  // Twice, since the first guess may lie on the other side of a change of the clocks.
  const guess = asIfUtc - offsetAt(asIfUtc, timeZone);
  return new Date(asIfUtc - offsetAt(guess, timeZone));
}

/** `Thursday, 24 December 2026 at 18:00`, on the zone's clock. */
export function momentInWords(moment: Date, timeZone: string): string {
  const day = moment.toLocaleDateString("en-GB", {
    timeZone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  const time = moment.toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  return `${day} at ${time}`;
}

/** `Berlin time, GMT+1` for `Europe/Berlin` in winter; `UTC` is UTC. */
export function zoneInWords(moment: Date, timeZone: string): string {
  if (timeZone === "UTC") return "UTC";
  const place = timeZone.split("/").at(-1)?.replaceAll("_", " ");
  const offset = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "shortOffset" })
    .formatToParts(moment)
    .find(({ type }) => type === "timeZoneName")?.value;
  return `${place} time, ${offset}`;
}
