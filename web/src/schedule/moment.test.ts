import { expect, test } from "vitest";
import { momentInWords, momentOf, zoneInWords } from "./moment.ts";

test.each([
  ["in winter", "2026-12-24", "18:00", "Europe/Berlin", "2026-12-24T17:00:00.000Z"],
  ["in summer", "2026-07-01", "09:00", "America/New_York", "2026-07-01T13:00:00.000Z"],
  ["in a zone of half hours", "2026-07-01", "09:00", "Asia/Kolkata", "2026-07-01T03:30:00.000Z"],
  ["just before the clocks go forward", "2027-03-28", "01:30", "Europe/Berlin", "2027-03-28T00:30:00.000Z"],
  ["just after the clocks went forward", "2027-03-28", "03:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"],
])("a time on the clock %s becomes its moment", (_, day, time, zone, moment) => {
  expect(momentOf(day, time, zone)?.toISOString()).toBe(moment);
});

test("while the day or the time is missing there is no moment", () => {
  expect(momentOf("", "09:00", "UTC")).toBeUndefined();
  expect(momentOf("2026-07-01", "", "UTC")).toBeUndefined();
  expect(momentOf("", "", "UTC")).toBeUndefined();
});

test("a moment is said in words on the clock of the zone", () => {
  const words = momentInWords(new Date("2026-12-24T17:00:00Z"), "Europe/Berlin");
  expect(words).toMatch(/^Thursday,? 24 December 2026 at 18:00$/);
});

test.each([
  ["UTC", "UTC"],
  ["Europe/Berlin", "Berlin time, GMT+1"],
  ["America/New_York", "New York time, GMT-5"],
])("the zone %s is said as %s", (zone, words) => {
  expect(zoneInWords(new Date("2026-12-24T17:00:00Z"), zone)).toBe(words);
});
