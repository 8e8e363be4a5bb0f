import { performance } from "node:perf_hooks";
import { describe, expect, test } from "vitest";
import { passwords } from "./passwords.ts";

describe("passwords", () => {
  test("match their own hash and no other", async () => {
    const { hash, matches } = passwords("4");
    const kept = await hash("SecurePass123!");
    expect(await matches("SecurePass123!", kept)).toBe(true);
    expect(await matches("SecurePass123?", kept)).toBe(false);
  });

  test("are compared for nobody with the work that they are compared with for somebody", async () => {
    const { hash, matches } = passwords("9");
    const kept = await hash("SecurePass123!");
    const spent = async (against: string | undefined) => {
      const from = performance.now();
      expect(await matches("wrong", against)).toBe(false);
      return performance.now() - from;
    };
    await spent(undefined);
    const [somebody, nobody] = [await spent(kept), await spent(undefined)];
    // A hash that bcrypt does not take for one is refused in microseconds.
    expect(nobody).toBeGreaterThan(somebody / 4);
  });

  test.each(["", "3", "16", "ten", "12.5"])("refuse a cost of %j by the variable's name", (cost) => {
    expect(() => passwords(cost)).toThrow("PASSWORD_HASH_COST");
  });
});
