// Stripe's own address with the publishable key, as Stripe.js asks it: what a browser may know of a card and an intent.
// Used with the sandbox; Stripe itself is met through Stripe.js.
import { ApiError } from "../api/ask.ts";
import { appConfig } from "../config.ts";
import { m } from "../messages.ts";

/** A payment or setup intent, as far as the page looks at it. */
export interface Intent {
  id: string;
  status: string;
  payment_method: string | null;
  next_action: { use_stripe_sdk?: { stripe_js: string } } | null;
  last_payment_error?: { message: string } | null;
  last_setup_error?: { message: string } | null;
}

/** Posts when there are fields. @throws ApiError with Stripe's words for the person */
export async function askStripe<T>(path: string, fields?: Record<string, string>): Promise<T> {
  const { stripeUrl, stripePublishableKey } = appConfig();
  const response = await fetch(`${stripeUrl}/v1/${path}`, {
    headers: { Authorization: `Bearer ${stripePublishableKey}` },
    ...(fields === undefined ? {} : { method: "POST", body: new URLSearchParams(fields) }),
  }).catch(() => {
    throw new ApiError("OFFLINE", m.cards.stripeAway);
  });
  const answer = await response.json();
  if (!response.ok) throw new ApiError("CARD_DECLINED", answer.error?.message ?? m.cards.stripeAway);
  return answer;
}
