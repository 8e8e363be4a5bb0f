/** The ledger of events, for whoever missed a webhook. */
import { noSuch } from "./errors.ts";
import { listOf, page } from "./lists.ts";
import type { StripeEvent } from "./objects.ts";
import { list, readParams, text } from "./params.ts";
import type { StripeCall } from "./route.ts";

export const retrieveEvent = ({ store, params, id }: StripeCall): StripeEvent => {
  readParams(params, {});
  const kept = store.events.get(id);
  if (kept === undefined) throw noSuch("event", id, "id");
  return kept;
};

export const listEvents = ({ store, params }: StripeCall) => {
  const asked = readParams(params, { ...page, type: text, types: list(text) });
  return listOf(
    "/v1/events",
    store.events,
    asked,
    (each) =>
      (asked.type === undefined || each.type === asked.type) &&
      (asked.types === undefined || asked.types.includes(each.type)),
  );
};
