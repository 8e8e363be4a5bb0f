// Turns a card into a payment method at Stripe's own address with the publishable key, as Stripe.js does:
// the number goes there and never to our API. Used with the sandbox; Stripe itself is met through its Payment Element.
import { ApiError } from "../api/ask.ts";
import { appConfig } from "../config.ts";
import { m } from "../messages.ts";

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
  const { stripeUrl, stripePublishableKey } = appConfig();
  const response = await fetch(`${stripeUrl}/v1/payment_methods`, {
    method: "POST",
    headers: { Authorization: `Bearer ${stripePublishableKey}` },
    body: new URLSearchParams({
      type: "card",
      "card[number]": card.number.replace(/\s/g, ""),
      "card[exp_month]": month,
      "card[exp_year]": `20${year}`,
      "card[cvc]": card.cvc.trim(),
    }),
  }).catch(() => {
    throw new ApiError("OFFLINE", m.cards.stripeAway);
  });
  const answer = await response.json();
  if (!response.ok) throw new ApiError("CARD_DECLINED", answer.error?.message ?? m.cards.stripeAway);
  return answer.id;
}
