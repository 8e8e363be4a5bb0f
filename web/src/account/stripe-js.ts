// Loads Stripe.js from Stripe, as its terms ask, and only when a card is about to be added.
// Source: https://docs.stripe.com/js
import { ApiError } from "../api/ask.ts";
import { appConfig } from "../config.ts";
import { m } from "../messages.ts";

export interface StripeElements {
  create(kind: "payment"): { mount(place: HTMLElement): void };
}

export interface StripeJs {
  elements(options: { clientSecret: string }): StripeElements;
  confirmSetup(options: {
    elements: StripeElements;
    redirect: "if_required";
    confirmParams: { return_url: string };
  }): Promise<{ error?: { message?: string }; setupIntent?: { payment_method: string } }>;
  /** Shows the bank's page, where it wants its customer to prove that it is them. */
  handleNextAction(options: { clientSecret: string }): Promise<{ error?: { message?: string } }>;
}

declare global {
  interface Window {
    Stripe?: (publishableKey: string) => StripeJs;
  }
}

/** @throws ApiError when Stripe cannot be reached */
export async function loadStripe(): Promise<StripeJs> {
  if (window.Stripe === undefined) {
    await new Promise<void>((resolve, reject) => {
      const script = document.createElement("script");
      script.src = "https://js.stripe.com/v3/";
      script.onload = () => resolve();
      script.onerror = () => reject(new ApiError("OFFLINE", m.cards.stripeAway));
      document.head.append(script);
    });
  }
  if (window.Stripe === undefined) throw new ApiError("OFFLINE", m.cards.stripeAway);
  return window.Stripe(appConfig().stripePublishableKey);
}
