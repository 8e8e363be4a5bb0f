/** Which card pays an intent: whether it may be used here, and whether it is kept for later. */
import { refused } from "./errors.ts";
import type { PaymentIntent, PaymentMethod } from "./objects.ts";
import { attachTo, resolvePaymentMethod } from "./payment-methods.ts";
import type { StripeStore } from "./store.ts";

const checkOwner = (method: PaymentMethod, intent: PaymentIntent, store: StripeStore): void => {
  if (method.customer !== null && intent.customer === null)
    throw refused(
      "The provided PaymentMethod is attached to a Customer: include that `customer` when you use it with a PaymentIntent.",
      { param: "payment_method" },
    );
  if (method.customer !== null && method.customer !== intent.customer)
    throw refused(
      `The customer does not have a payment method with the ID ${method.id}. The payment method must be attached to the customer.`,
      {
        param: "payment_method",
      },
    );
  if (store.cards.get(method.id)?.isSpent)
    throw refused(
      "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
      { param: "payment_method" },
    );
};

/** Names the intent's card. @throws StripeFailure 400 if it is unknown, another customer's, or spent */
export const choosePaymentMethod = (store: StripeStore, intent: PaymentIntent, id: string): PaymentMethod => {
  const method = resolvePaymentMethod(store, id, "payment_method");
  checkOwner(method, intent, store);
  intent.payment_method = method.id;
  return method;
};

/** `setup_future_usage` saves the card to the customer once the payment went through. */
export const keepForLater = (store: StripeStore, intent: PaymentIntent, method: PaymentMethod): void => {
  const wentThrough = intent.status === "requires_capture" || intent.status === "succeeded";
  if (!wentThrough || intent.setup_future_usage === null || intent.customer === null || method.customer)
    return;
  const secret = store.cards.get(method.id);
  if (secret) Object.assign(secret, { isSpent: false, isSetUp: true });
  attachTo(store, method, intent.customer);
};
