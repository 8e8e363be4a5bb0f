// Phone numbers as the house keeps them: E.164, possible in the world's numbering plans. No carrier look-up here.
import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/**
 * The number as E.164 (`+` and at most 15 digits), or null when it is not one.
 * Only numbers written with their country code are taken: a national number has no country here.
 * Source: ITU-T E.164; the numbering plans are libphonenumber's.
 */
export function normalisePhoneNumber(text: string): string | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith("+")) return null;
  const number = parsePhoneNumberFromString(trimmed);
  if (!number?.isPossible() || number.ext !== undefined) return null;
  return /^\+[1-9]\d{7,14}$/.test(number.number) ? number.number : null;
}

/** The number as logs may show it: the last four digits. */
export function maskPhoneNumber(number: string): string {
  return `…${number.slice(-4)}`;
}
