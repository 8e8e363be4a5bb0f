import { getRounds, getSalt, hash } from "bcryptjs";
import { describe, expect, test } from "vitest";
import { nobodysHash, passwords } from "./passwords.ts";

describe("passwords", () => {
  test("match their own hash and no other", async () => {
    const { hash, matches } = passwords("4");
    const kept = await hash("SecurePass123!");
    expect(await matches("SecurePass123!", kept)).toBe(true);
    expect(await matches("SecurePass123?", kept)).toBe(false);
  });

  test("are compared for nobody with a hash that bcrypt takes for one, of the same cost", async () => {
    const { hash: make, matches } = passwords("5");
    const [kept, nobodys] = [await make("SecurePass123!"), nobodysHash(5)];
    expect(nobodys).toHaveLength(kept.length);
    expect(getRounds(nobodys)).toBe(getRounds(kept));
    // Hashed with its salt, a password costs the whole work and comes out elsewhere.
    const salt = getSalt(nobodys);
    expect((await hash("SecurePass123!", salt)).startsWith(salt)).toBe(true);
    expect(await matches("SecurePass123!", undefined)).toBe(false);
  });

  test.each(["", "3", "16", "ten", "12.5"])("refuse a cost of %j by the variable's name", (cost) => {
    expect(() => passwords(cost)).toThrow("PASSWORD_HASH_COST");
  });
});
