// Turns a card into a payment method at Stripe's own address with the publishable key, as Stripe.js does:
// the number goes there and never to our API. Used with the sandbox; Stripe itself is met through its Payment Element.
import { ApiError } from "../api/ask.ts";
import { m } from "../messages.ts";
import { askStripe } from "./stripe-api.ts";

export interface CardFields {
  number: string;
  expiry: string;
  cvc: string;
}

/** @throws ApiError with Stripe's words for the person */
export async function tokeniseCard(card: CardFields): Promise<string> {
  const [, month, year] = /^\s*(\d{1,2})\s*\/\s*(?:20)?(\d{2})\s*$/.exec(card.expiry) ?? [];
  if (month === undefined || year === undefined)
    throw new ApiError("VALIDATION_ERROR", m.cards.badExpiry, undefined, [
      { path: "expiry", message: m.cards.badExpiry },
    ]);
  const { id } = await askStripe<{ id: string }>("payment_methods", {
    type: "card",
    "card[number]": card.number.replace(/\s/g, ""),
    "card[exp_month]": month,
    "card[exp_year]": `20${year}`,
    "card[cvc]": card.cvc.trim(),
  });
  return id;
}
