// A phone number as a field. A file of its own, since the numbering plans weigh more than all other fields together and
// not every Worker needs them.
import * as z from "zod";
import { normalisePhoneNumber } from "../domain/phone-number.ts";

/** A number as E.164, checked against the world's numbering plans. */
export const phone = z
  .string({ error: "must be a phone number in E.164 form, such as +14155550123" })
  .max(32, "must be a phone number in E.164 form, such as +14155550123")
  .transform((text, context) => {
    const number = normalisePhoneNumber(text);
    if (number !== null) return number;
    context.addIssue("must be a phone number in E.164 form, such as +14155550123");
    return z.NEVER;
  });
