// What kind of number it is, by the world's numbering plans: some must never be dialled by a machine.
// The plans stand here without the kinds that may be dialled: 11 KiB packed instead of 39.
import parsePhoneNumberFromString from "libphonenumber-js/core";
import { costlyNumbers } from "./costly-numbers.ts";

export type NumberKind = "ordinary" | "premium" | "emergency" | "unsupported";

/** Short codes that bring help; no E.164 number is one of them, but a national form might slip in behind a country code. */
const emergency = /^\+\d{1,3}(112|911|999|110|118|119|000|108|102)$/;

/** Satellite networks and global services cost many times what a hold is made for. Source: ITU E.164 list of codes. */
const global = /^\+(870|881|882|883|878|888|979|800|808)/;

export function numberKind(e164: string): NumberKind {
  if (emergency.test(e164)) return "emergency";
  if (global.test(e164)) return "premium";
  const number = parsePhoneNumberFromString(e164, costlyNumbers);
  if (number?.getType() !== undefined) return "premium";
  // Plans grow faster than the metadata: a number of possible length is given the benefit of the doubt.
  return number?.isPossible() === true ? "ordinary" : "unsupported";
}
