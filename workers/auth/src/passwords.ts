// Passwords are kept as bcrypt hashes. Checking one always takes one comparison, also when there is nobody to compare with.
import { compare, hash } from "bcryptjs";

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Is it the password behind this hash? Without a hash it takes as long, and says no. */
  matches(password: string, kept: string | undefined): Promise<boolean>;
}

/** A salt and a hash of the right form that no password leads to: what bcrypt does not take for one it refuses at once. */
export const nobodysHash = (rounds: number) =>
  `$2b$${String(rounds).padStart(2, "0")}$${"abcdefghijklmnopqrstuu".padEnd(53, ".")}`;

/** @param cost bcrypt's, 4 to 15 as text. @throws Error that says what to set */
export function passwords(cost: string): Passwords {
  const rounds = /^\d{1,2}$/.test(cost) ? Number(cost) : Number.NaN;
  if (!(rounds >= 4 && rounds <= 15)) {
    throw new Error(
      `PASSWORD_HASH_COST is "${cost}": set a whole number from 4 to 15 (12 or more in production)`,
    );
  }
  return {
    hash: (password) => hash(password, rounds),
    matches: async (password, kept) =>
      (await compare(password, kept ?? nobodysHash(rounds))) && kept !== undefined,
  };
}
