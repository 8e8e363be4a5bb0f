// What kind of number it is, by the world's numbering plans: some must never be dialled by a machine.
// It carries the whole metadata (about 40 KiB packed), so only the Worker that dials imports it.
import { parsePhoneNumberFromString } from "libphonenumber-js/max";

export type NumberKind = "ordinary" | "premium" | "emergency" | "unsupported";

const premium = new Set(["PREMIUM_RATE", "SHARED_COST", "UAN", "VOICEMAIL", "PAGER"]);
const ordinary = new Set([
  "MOBILE",
  "FIXED_LINE",
  "FIXED_LINE_OR_MOBILE",
  "VOIP",
  "PERSONAL_NUMBER",
  "TOLL_FREE",
]);

/** Short codes that bring help; no E.164 number is one of them, but a national form might slip in behind a country code. */
const emergency = /^\+\d{1,3}(112|911|999|110|118|119|000|108|102)$/;

/** Satellite networks and global services cost many times what a hold is made for. Source: ITU E.164 list of codes. */
const global = /^\+(870|881|882|883|878|888|979|800|808)/;

export function numberKind(e164: string): NumberKind {
  if (emergency.test(e164)) return "emergency";
  if (global.test(e164)) return "premium";
  const number = parsePhoneNumberFromString(e164);
  const type = number?.getType();
  if (type !== undefined && premium.has(type)) return "premium";
  if (type !== undefined && ordinary.has(type)) return "ordinary";
  // Plans grow faster than the metadata: a number of possible length is given the benefit of the doubt.
  return number?.isPossible() === true ? "ordinary" : "unsupported";
}
