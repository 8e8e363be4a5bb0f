/**
 * The bank's page, where a cardholder proves that it is them: two buttons, and back to where they came from.
 * A payment or a set-up goes on from `requires_action` as the answer says.
 */
import { authorise, declinePayment } from "./authorise.ts";
import { keepForLater } from "./chosen-card.ts";
import { StripeFailure } from "./errors.ts";
import type { PaymentIntent, SetupIntent } from "./objects.ts";
import { failSetup, finishSetup } from "./setup-intents.ts";
import type { StripeStore } from "./store.ts";

export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const failed = {
  code: "payment_intent_authentication_failure",
  message:
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
};

const page = (status: number, inner: string): PageAnswer => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>3D Secure 2 test page</title><body>${inner}</body></html>`,
});

const resume = (
  store: StripeStore,
  intent: PaymentIntent | SetupIntent,
  isProven: boolean,
  origin: string,
): void => {
  if (intent.object === "setup_intent") {
    if (isProven) finishSetup(store, intent);
    else failSetup(store, intent, { ...failed, code: "setup_intent_authentication_failure" });
    return;
  }
  const method = store.paymentMethods.get(intent.payment_method ?? "");
  if (method === undefined) return;
  if (!isProven) declinePayment(store, intent, method, failed);
  authorise(store, intent, method, {
    isOffSession: false,
    isAuthenticated: true,
    mustNotAsk: false,
    returnUrl: undefined,
    origin,
  });
  keepForLater(store, intent, method);
};

/** `GET` shows the two buttons, `POST action=complete|fail` acts and sends the cardholder back. */
export const authenticationPage = (
  store: StripeStore,
  method: string,
  url: URL,
  form: URLSearchParams,
): PageAnswer => {
  const id = url.searchParams.get("intent") ?? "";
  const secret = url.searchParams.get("client_secret") ?? "";
  const intent = store.paymentIntents.get(id) ?? store.setupIntents.get(id);
  if (intent?.client_secret !== secret) return page(404, "<h1>No such authentication</h1>");
  if (intent.status !== "requires_action") return page(409, "<h1>This authentication is over</h1>");
  if (method !== "POST")
    return page(
      200,
      `<h1>3D Secure 2 test page</h1><form method="post"><button name="action" value="complete">Complete</button> <button name="action" value="fail">Fail</button></form>`,
    );
  const isProven = form.get("action") === "complete";
  try {
    resume(store, intent, isProven, url.origin);
  } catch (error) {
    // A decline is told to the merchant by the intent and its event; the cardholder only goes back.
    if (!(error instanceof StripeFailure)) throw error;
  }
  const back = url.searchParams.get("return_url");
  const { status } = store.paymentIntents.get(id) ?? store.setupIntents.get(id) ?? intent;
  const outcome = status === "requires_capture" || status === "succeeded" ? "succeeded" : "failed";
  if (back === null || !URL.canParse(back)) return page(200, `<h1>Authentication ${outcome}</h1>`);
  const target = new URL(back);
  target.searchParams.set(intent.object, intent.id);
  target.searchParams.set(`${intent.object}_client_secret`, intent.client_secret);
  target.searchParams.set("redirect_status", outcome);
  return { status: 303, headers: { location: target.href }, body: "" };
};
