import fc from "fast-check";
import { expect, it } from "vitest";
import { FlushBudget } from "./flush-budget.ts";

it("never lets more than twenty flushes into a minute, and the first ones at once", () => {
  const clauses = fc.array(fc.record({ afterMs: fc.nat(2_000), lastsMs: fc.nat(3_000) }), { minLength: 40 });
  fc.assert(
    fc.property(clauses, (all) => {
      const budget = new FlushBudget();
      const flushes: number[] = [];
      let [now, soundUntil] = [0, 0];
      for (const [index, { afterMs, lastsMs }] of all.entries()) {
        now += afterMs;
        if (index < 5) expect(budget.waitMs(now, soundUntil)).toBe(0);
        for (let ms = budget.waitMs(now, soundUntil); ms > 0; ms = budget.waitMs(now, soundUntil)) now += ms;
        budget.spend(now);
        flushes.push(now);
        soundUntil = Math.max(now, soundUntil) + lastsMs;
      }
      for (const at of flushes)
        expect(flushes.filter((each) => each >= at && each < at + 60_000).length).toBeLessThanOrEqual(20);
    }),
  );
});

it("waits for nobody who talks on: speech that goes on for minutes never runs dry", () => {
  const budget = new FlushBudget();
  let [now, soundUntil, dryMs] = [0, 0, 0];
  for (let clause = 0; clause < 200; clause += 1) {
    now += budget.waitMs(now, soundUntil);
    budget.spend(now);
    if (clause > 0) dryMs = Math.max(dryMs, now - soundUntil);
    // What was held back meanwhile goes with it.
    soundUntil = Math.max(now, soundUntil) + 4_000;
    now += 300;
  }
  expect(dryMs).toBe(0);
});
