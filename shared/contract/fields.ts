// Fields that several resources share. A field's limits are said here once, with words that tell a person what to do.
import * as z from "zod";

export const id = z.uuid({ error: "must be a UUID" });

/** ISO 8601 UTC with `Z`, as every time in the API. */
export const time = z.iso.datetime({
  error: "must be an ISO 8601 time in UTC, such as 2026-01-31T15:00:00Z",
});

export const email = z
  .string({ error: "must be an e-mail address" })
  .trim()
  .toLowerCase()
  .max(255, "must be at most 255 characters")
  .pipe(z.email("must be an e-mail address, such as ada@example.com"));

/** A password as somebody types it to get in: any text of a sane length. */
export const password = z
  .string({ error: "must be a text" })
  .min(1, "must not be empty")
  .max(1000, "must be at most 1000 characters");

/** A time zone's IANA name. */
export const timeZone = z
  .string({ error: "must be a time zone's IANA name, such as Europe/Berlin" })
  .max(64, "must be a time zone's IANA name, such as Europe/Berlin")
  .refine(isTimeZone, "must be a time zone's IANA name, such as Europe/Berlin");

function isTimeZone(name: string): boolean {
  // An offset such as +02:00 is taken by Intl but is no zone: it knows no summer.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const utf8Length = (text: string) => new TextEncoder().encode(text).length;

/** bcrypt reads 72 bytes and drops the rest, so a longer password is refused instead of silently cut. */
export const newPassword = z
  .string({ error: "must be a text" })
  .min(8, "must have at least 8 characters")
  .refine((text) => utf8Length(text) <= 72, "must be at most 72 bytes long")
  .refine((text) => /\p{Lu}/u.test(text), "must contain an upper-case letter")
  .refine((text) => /\p{Ll}/u.test(text), "must contain a lower-case letter")
  .refine((text) => /\p{Nd}/u.test(text), "must contain a digit")
  .refine((text) => /[^\p{L}\p{N}\s]/u.test(text), "must contain a special character");

/** Letters and marks of every script, spaces, hyphens, apostrophes and full stops. */
export const personName = z
  .string({ error: "must be a text" })
  .trim()
  .min(1, "must not be empty")
  .max(100, "must be at most 100 characters")
  .regex(/^[\p{L}\p{M}][\p{L}\p{M}\s'’.-]*$/u, "may contain letters, spaces, hyphens and apostrophes");

/** Text without control characters (a NUL would not fit the database), trimmed. */
export const text = (least: number, most: number) =>
  z
    .string({ error: "must be a text" })
    .trim()
    .min(least, least === 1 ? "must not be empty" : `must have at least ${least} characters`)
    .max(most, `must be at most ${most} characters`)
    .refine((value) => !/[^\P{Cc}\t\n\r]/u.test(value), "must not contain control characters");

/** A whole number out of a query string. */
export const queryInteger = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));

export const pagination = z.object({
  page: z.int(),
  limit: z.int(),
  total: z.int(),
  pages: z.int(),
});

/** `page` and `limit` of every list. Page 10⁷ is beyond any list and keeps the offset in range. */
export const pageQuery = {
  page: queryInteger(1, 10_000_000).default(1),
  limit: queryInteger(1, 100).default(20),
};

/** Money on the API is dollars with two decimals; inside it is integer cents. */
export const dollars = z.number();

export const message = z.object({ message: z.string() });

export const error = z.object({
  error: z.string(),
  message: z.string(),
  request_id: z.string(),
  retry_after: z.int().optional(),
  details: z.looseObject({}).optional(),
});
