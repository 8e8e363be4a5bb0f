// What went wrong at Stripe, as a code of our API. Stripe's own words stay in the log.
import { Failure } from "@callmeback/shared/contract/errors";
import { logFault } from "@callmeback/shared/domain/log";
import Stripe from "stripe";

/** Runs a request to Stripe; a refusal becomes `CARD_DECLINED`, `INSUFFICIENT_FUNDS`, `PAYMENT_FAILED` or `STRIPE_ERROR`. */
export async function askStripe<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw cardFailure(error) ?? stripeFailure(error);
  }
}

function cardFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Stripe.errors.StripeCardError)) return undefined;
  if (error.decline_code === "insufficient_funds") {
    return new Failure("INSUFFICIENT_FUNDS", "The card has not enough funds. Use another card.");
  }
  if (error.code === "card_declined" || error.code === "expired_card" || error.code === "incorrect_cvc") {
    return new Failure("CARD_DECLINED", "The card was declined. Use another card or ask your bank.", {
      details: { decline_code: error.decline_code ?? error.code },
    });
  }
  return new Failure("PAYMENT_FAILED", "The payment failed. Try again or use another card.", {
    details: { reason: error.code ?? "unknown" },
  });
}

function stripeFailure(error: unknown): Failure {
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === "resource_missing") {
    return new Failure("VALIDATION_ERROR", "Stripe does not know this payment method.", {
      details: { fields: [{ path: "payment_method_id", message: "is not known to Stripe" }] },
    });
  }
  logFault({ worker: "billing", event: "stripe failed" }, error);
  return new Failure("STRIPE_ERROR", "The payment provider did not answer as it should. Try again.", {
    retryAfter: 5,
  });
}
