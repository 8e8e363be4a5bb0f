// Do all the accounts of one call agree? What was heard, what is stored, what was paid. Pure.
import { priceCents } from "@callmeback/shared/domain/pricing";
import type { CallView, Utterance } from "./api.ts";
import type { StripeBooks } from "./stripe-books.ts";

export interface Account {
  heard: readonly Utterance[];
  said: readonly Utterance[];
  call: CallView;
  stripe: StripeBooks;
}

const words = (texts: readonly { text: string }[]): string[] =>
  texts
    .flatMap(({ text }) => text.toLowerCase().split(/\s+/))
    .map((word) => word.replace(/[^\p{L}\p{N}]/gu, ""))
    .filter((word) => word !== "");

const spoken = (call: CallView, speaker: "caller" | "persona") =>
  words(call.turns.filter((turn) => turn.speaker === speaker));

const cents = (dollars: number | null) => (dollars === null ? null : Math.round(dollars * 100));

/** How many words the two differ by, at the first place where they part. */
function difference(what: string, one: string[], other: string[]): string[] {
  const at = one.findIndex((word, index) => word !== other[index]);
  if (at === -1 && one.length === other.length) return [];
  const place = at === -1 ? one.length : at;
  const near = (list: string[]) => list.slice(Math.max(0, place - 3), place + 4).join(" ");
  return [`${what} part at word ${place + 1}: "${near(one)}" against "${near(other)}"`];
}

/**
 * Every disagreement, in words; none when the call is right to the word and the cent.
 * An interruption may cut the last word in two: the persona's cut turns may differ by one word each.
 */
export function disagreements({ heard, said, call, stripe }: Account): string[] {
  const cuts = call.turns.filter((turn) => turn.speaker === "persona" && turn.interrupted).length;
  const heardWords = words(heard);
  const storedWords = spoken(call, "persona");
  const isCutOnly =
    Math.abs(heardWords.length - storedWords.length) <= cuts &&
    differsByAtMost(heardWords, storedWords, cuts);
  const price =
    call.duration === null ? null : Math.min(cents(call.payment.held) ?? 0, priceCents(call.duration));
  const expected = price === null ? null : price - (cents(call.credit?.amount ?? 0) ?? 0);
  const money = [
    call.status === "completed" || `the call ended as ${call.status} (${call.end_reason})`,
    call.payment.state === "captured" || `the hold is ${call.payment.state}, not captured`,
    cents(call.cost) === expected ||
      `the price is ${call.cost}, but ${call.duration} s less ${call.credit?.seconds ?? 0} s cost ${expected} cents`,
    cents(call.payment.captured) === expected || `captured ${call.payment.captured}, not ${expected} cents`,
    stripe.amount_received === expected || `Stripe received ${stripe.amount_received} cents, not ${expected}`,
    (cents(call.payment.released) ?? 0) === stripe.amount - stripe.amount_received ||
      `released ${call.payment.released}, but Stripe gave back ${stripe.amount - stripe.amount_received} cents`,
  ].filter((sentence) => typeof sentence === "string");
  return [
    ...(isCutOnly
      ? []
      : difference("the words heard and the persona's stored turns", heardWords, storedWords)),
    ...difference("the words said and the caller's stored turns", words(said), spoken(call, "caller")),
    ...money,
  ];
}

/** The two lists are the same but for so many words left out or cut short in either. */
function differsByAtMost(one: string[], other: string[], allowance: number): boolean {
  const [first, second] = [one[0], other[0]];
  if (first === undefined || second === undefined) return one.length + other.length <= allowance;
  if (first === second) return differsByAtMost(one.slice(1), other.slice(1), allowance);
  if (allowance === 0) return false;
  return (
    differsByAtMost(one.slice(1), other, allowance - 1) ||
    differsByAtMost(one, other.slice(1), allowance - 1) ||
    differsByAtMost(one.slice(1), other.slice(1), allowance - 1)
  );
}
