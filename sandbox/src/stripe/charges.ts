/** Charges are made by intents; here they are only read. */
import { noSuch } from "./errors.ts";
import { listOf, page } from "./lists.ts";
import type { Charge } from "./objects.ts";
import { readParams, text } from "./params.ts";
import type { StripeCall } from "./route.ts";

export const retrieveCharge = ({ store, params, id }: StripeCall): Charge => {
  readParams(params, {});
  const kept = store.charges.get(id);
  if (kept === undefined) throw noSuch("charge", id, "id");
  return kept;
};

export const listCharges = ({ store, params }: StripeCall) => {
  const asked = readParams(params, { ...page, customer: text, payment_intent: text });
  return listOf(
    "/v1/charges",
    store.charges,
    asked,
    (each) =>
      (asked.customer === undefined || each.customer === asked.customer) &&
      (asked.payment_intent === undefined || each.payment_intent === asked.payment_intent),
  );
};
