/** Where a cardholder is sent to authenticate: this sandbox's stand-in for the bank's page. */
import type { NextAction, PaymentIntent, SetupIntent } from "./objects.ts";

export const authenticationPath = "/3d_secure_2/hosted";

export const nextAction = (
  origin: string,
  intent: PaymentIntent | SetupIntent,
  returnUrl: string | undefined,
): NextAction => {
  const url = new URL(authenticationPath, origin);
  url.searchParams.set("intent", intent.id);
  url.searchParams.set("client_secret", intent.client_secret);
  if (returnUrl === undefined)
    return {
      type: "use_stripe_sdk",
      use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: url.href, source: intent.id },
    };
  url.searchParams.set("return_url", returnUrl);
  return { type: "redirect_to_url", redirect_to_url: { url: url.href, return_url: returnUrl } };
};
