/** `expand[]`: puts the whole object where its id stands, along a dotted path, through lists by `data`. */
import { refused } from "./errors.ts";
import type { StripeStore } from "./store.ts";

const expandable = new Set([
  "customer",
  "payment_method",
  "default_payment_method",
  "latest_charge",
  "charge",
  "payment_intent",
  "setup_intent",
  "balance_transaction",
  "latest_attempt",
]);

const find = (store: StripeStore, id: string): object | undefined =>
  store.charges.get(id) ??
  store.paymentIntents.get(id) ??
  store.customers.get(id) ??
  store.paymentMethods.get(id) ??
  store.setupIntents.get(id);

const refuse = (path: string) => refused(`This property cannot be expanded (${path}).`, { param: "expand" });
const passable = new Set([...expandable, "data", "invoice_settings"]);

/** Refuses what no object of ours could expand, before anything is done. @throws StripeFailure 400 */
export const checkExpand = (paths: string[]): void => {
  for (const path of paths) if (path.split(".").some((part) => !passable.has(part))) throw refuse(path);
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const along = (store: StripeStore, value: unknown, path: string[], whole: string): void => {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (Array.isArray(value)) {
    for (const each of value) along(store, each, path, whole);
    return;
  }
  if (value === null) return;
  if (!isRecord(value) || !(key in value)) throw refuse(whole);
  const held = value[key];
  if (typeof held === "string") {
    const found = expandable.has(key) ? find(store, held) : undefined;
    if (found === undefined) throw refuse(whole);
    value[key] = structuredClone(found);
  } else if (held === null && !expandable.has(key)) {
    throw refuse(whole);
  }
  along(store, value[key], rest, whole);
};

/** A copy of what is kept, with the named ids expanded. */
export const render = (store: StripeStore, object: unknown, paths: string[]): unknown => {
  const copy: unknown = structuredClone(object);
  for (const path of paths) along(store, copy, path.split("."), path);
  return copy;
};
