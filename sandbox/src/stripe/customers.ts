/** Customers: who a card and a payment belong to. */
import { noSuch, noSuchParam } from "./errors.ts";
import { listOf, page } from "./lists.ts";
import type { Customer, PaymentMethod } from "./objects.ts";
import { metadata, oneOf, readParams, shape, text, unsettable } from "./params.ts";
import { attachTo, resolvePaymentMethod } from "./payment-methods.ts";
import type { StripeCall } from "./route.ts";
import { newId, type StripeStore } from "./store.ts";

const fields = {
  email: unsettable,
  name: unsettable,
  phone: unsettable,
  description: unsettable,
  metadata,
  invoice_settings: shape({ default_payment_method: unsettable }),
};
const textFields = ["email", "name", "phone", "description"] as const;
type Asked = ReturnType<typeof readParams<typeof fields>>;

const customerOf = (store: StripeStore, id: string): Customer => {
  const kept = store.customers.get(id);
  if (kept === undefined) throw noSuch("customer", id, "id");
  return kept;
};

const apply = (store: StripeStore, customer: Customer, asked: Asked): void => {
  for (const field of textFields) if (asked[field] !== undefined) customer[field] = asked[field] || null;
  for (const [key, value] of Object.entries(asked.metadata ?? {}))
    if (value === "") delete customer.metadata[key];
    else customer.metadata[key] = value;
  const preferred = asked.invoice_settings?.default_payment_method;
  if (preferred === undefined) return;
  const param = "invoice_settings[default_payment_method]";
  if (preferred !== "" && store.paymentMethods.get(preferred)?.customer !== customer.id)
    throw noSuchParam("PaymentMethod", preferred, param);
  customer.invoice_settings.default_payment_method = preferred || null;
};

export const createCustomer = ({ store, params }: StripeCall): Customer => {
  const { payment_method: method, ...asked } = readParams(params, { ...fields, payment_method: text });
  const customer: Customer = {
    id: newId("cus", 14),
    object: "customer",
    created: store.now(),
    livemode: false,
    email: null,
    name: null,
    phone: null,
    description: null,
    metadata: {},
    invoice_settings: { default_payment_method: null },
    default_source: null,
  };
  if (method !== undefined)
    attachTo(store, resolvePaymentMethod(store, method, "payment_method"), customer.id);
  apply(store, customer, asked);
  store.customers.set(customer.id, customer);
  store.emit("customer.created", customer);
  return customer;
};

export const updateCustomer = ({ store, params, id }: StripeCall): Customer => {
  const asked = readParams(params, fields);
  const customer = customerOf(store, id);
  apply(store, customer, asked);
  store.emit("customer.updated", customer);
  return customer;
};

export const retrieveCustomer = ({ store, params, id }: StripeCall): Customer => {
  readParams(params, {});
  return customerOf(store, id);
};

export const deleteCustomer = ({ store, params, id }: StripeCall) => {
  readParams(params, {});
  const customer = customerOf(store, id);
  store.customers.delete(id);
  for (const method of store.paymentMethods.values())
    if (method.customer === id) {
      method.customer = null;
      const secret = store.cards.get(method.id);
      if (secret) secret.isSpent = true;
    }
  store.emit("customer.deleted", customer);
  return { id, object: "customer", deleted: true };
};

export const listCustomers = ({ store, params }: StripeCall) => {
  const asked = readParams(params, { ...page, email: text });
  return listOf(
    "/v1/customers",
    store.customers,
    asked,
    (each) => asked.email === undefined || each.email === asked.email,
  );
};

export const listCardsOfCustomer = ({ store, params, id }: StripeCall) => {
  const asked = readParams(params, { ...page, type: oneOf("card") });
  customerOf(store, id);
  return listOf(
    `/v1/customers/${id}/payment_methods`,
    store.paymentMethods,
    asked,
    (each) => each.customer === id,
  );
};

export const retrieveCardOfCustomer = ({ store, params, id, childId }: StripeCall): PaymentMethod => {
  readParams(params, {});
  customerOf(store, id);
  const method = store.paymentMethods.get(childId);
  if (method?.customer !== id) throw noSuch("PaymentMethod", childId, "payment_method");
  return method;
};
