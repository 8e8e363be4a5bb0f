/** Compares secrets without telling by time where they differ. Digests make the lengths equal. */
import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Whether `given` is one of these. */
export const isOneOf = (expected: readonly string[], given: string): boolean =>
  expected.filter((each) => timingSafeEqual(digest(each), digest(given))).length > 0;

/** Whether this is the hash, SHA-256 in hex, of `given`. */
export const isHashOf = (hash: string, given: string): boolean =>
  isOneOf([hash], digest(given).toString("hex"));
