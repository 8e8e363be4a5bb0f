import { describe, expect, it } from "vitest";
import { type GateFacts, gate } from "./gate.ts";
import { instantOf, wallClock } from "./local-time.ts";
import { quietUntil } from "./quiet-hours.ts";

const open: GateFacts = {
  numberKind: "ordinary",
  isVerified: true,
  hasConsent: true,
  isSuppressed: false,
  isAskedByCallee: true,
  timeZone: "America/New_York",
  now: new Date("2026-11-20T03:00:00Z"),
};

describe("the gate", () => {
  it("is open for a call that the callee asked for, at any hour", () => {
    expect(gate(open)).toEqual({ isAllowed: true, reasons: [], nextAllowedAt: null });
  });

  it("closes at night for everybody else, and says when it opens on their clock", () => {
    const decision = gate({ ...open, isAskedByCallee: false });
    expect(decision.reasons).toEqual(["quiet_hours"]);
    expect(decision.nextAllowedAt?.toISOString()).toBe("2026-11-20T13:00:00.000Z");
  });

  it("names every reason, and no time where time does not help", () => {
    const decision = gate({
      ...open,
      numberKind: "premium",
      isVerified: false,
      hasConsent: false,
      isSuppressed: true,
      isAskedByCallee: false,
    });
    expect(decision.reasons).toEqual([
      "not_verified",
      "no_consent",
      "suppressed",
      "premium_number",
      "quiet_hours",
    ]);
    expect(decision.nextAllowedAt).toBeNull();
  });
});

describe("quiet hours", () => {
  it.each([
    ["2026-11-21T01:59:00Z", null],
    ["2026-11-21T02:00:00Z", "2026-11-21T13:00:00.000Z"],
    ["2026-11-21T12:59:00Z", "2026-11-21T13:00:00.000Z"],
    ["2026-11-21T13:00:00Z", null],
  ])("in New York at %s end at %s", (at, end) => {
    expect(quietUntil(new Date(at), "America/New_York")?.toISOString() ?? null).toBe(end);
  });

  it("end at eight on the new clock when the night changes it", () => {
    expect(quietUntil(new Date("2026-03-29T00:30:00Z"), "Europe/Berlin")?.toISOString()).toBe(
      "2026-03-29T06:00:00.000Z",
    );
    expect(quietUntil(new Date("2026-10-24T22:30:00Z"), "Europe/Berlin")?.toISOString()).toBe(
      "2026-10-25T07:00:00.000Z",
    );
  });

  it("reach over the end of a month and a year", () => {
    expect(quietUntil(new Date("2026-12-31T23:30:00Z"), "Etc/UTC")?.toISOString()).toBe(
      "2027-01-01T08:00:00.000Z",
    );
  });
});

describe("a clock on the wall", () => {
  const berlin = (day: number, hour: number, minute: number, month = 3) =>
    instantOf({ year: 2026, month, day, hour, minute }, "Europe/Berlin").toISOString();

  it("shows the hour that summer time skips as the one after it", () => {
    expect(berlin(29, 2, 30)).toBe("2026-03-29T01:30:00.000Z");
    expect(wallClock(new Date("2026-03-29T01:30:00Z"), "Europe/Berlin")).toMatchObject({
      hour: 3,
      minute: 30,
    });
  });

  it("takes the first of the two hours that come twice", () => {
    expect(berlin(25, 2, 30, 10)).toBe("2026-10-25T00:30:00.000Z");
  });

  it("knows zones of a quarter hour", () => {
    expect(
      instantOf({ year: 2026, month: 1, day: 1, hour: 8, minute: 0 }, "Asia/Kathmandu").toISOString(),
    ).toBe("2026-01-01T02:15:00.000Z");
  });
});
