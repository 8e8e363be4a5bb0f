/** Every address that this Stripe answers, longest first where one could hide another. */
import { listCharges, retrieveCharge } from "./charges.ts";
import {
  createCustomer,
  deleteCustomer,
  listCardsOfCustomer,
  listCustomers,
  retrieveCardOfCustomer,
  retrieveCustomer,
  updateCustomer,
} from "./customers.ts";
import { listEvents, retrieveEvent } from "./events.ts";
import { cancelPaymentIntent, capturePaymentIntent } from "./holds.ts";
import {
  confirmPaymentIntent,
  createPaymentIntent,
  listPaymentIntents,
  retrievePaymentIntent,
  updatePaymentIntent,
} from "./payment-intents.ts";
import {
  attachPaymentMethod,
  createPaymentMethod,
  detachPaymentMethod,
  listPaymentMethods,
  retrievePaymentMethod,
  updatePaymentMethod,
} from "./payment-methods.ts";
import { createRefund, listRefunds, retrieveRefund } from "./refunds.ts";
import { route } from "./route.ts";
import {
  cancelSetupIntent,
  confirmSetupIntent,
  createSetupIntent,
  listSetupIntents,
  retrieveSetupIntent,
} from "./setup-intents.ts";
import { advanceClock, retrieveClock } from "./test-clock.ts";

export const routes = [
  route("POST", "/v1/customers", createCustomer),
  route("GET", "/v1/customers", listCustomers),
  route("GET", "/v1/customers/:id", retrieveCustomer),
  route("POST", "/v1/customers/:id", updateCustomer),
  route("DELETE", "/v1/customers/:id", deleteCustomer),
  route("GET", "/v1/customers/:id/payment_methods", listCardsOfCustomer),
  route("GET", "/v1/customers/:id/payment_methods/:child", retrieveCardOfCustomer),
  route("POST", "/v1/payment_methods", createPaymentMethod, "public"),
  route("GET", "/v1/payment_methods", listPaymentMethods),
  route("GET", "/v1/payment_methods/:id", retrievePaymentMethod),
  route("POST", "/v1/payment_methods/:id", updatePaymentMethod),
  route("POST", "/v1/payment_methods/:id/attach", attachPaymentMethod),
  route("POST", "/v1/payment_methods/:id/detach", detachPaymentMethod),
  route("POST", "/v1/setup_intents", createSetupIntent),
  route("GET", "/v1/setup_intents", listSetupIntents),
  route("GET", "/v1/setup_intents/:id", retrieveSetupIntent, "public"),
  route("POST", "/v1/setup_intents/:id/confirm", confirmSetupIntent, "public"),
  route("POST", "/v1/setup_intents/:id/cancel", cancelSetupIntent),
  route("POST", "/v1/payment_intents", createPaymentIntent),
  route("GET", "/v1/payment_intents", listPaymentIntents),
  route("GET", "/v1/payment_intents/:id", retrievePaymentIntent, "public"),
  route("POST", "/v1/payment_intents/:id", updatePaymentIntent),
  route("POST", "/v1/payment_intents/:id/confirm", confirmPaymentIntent, "public"),
  route("POST", "/v1/payment_intents/:id/capture", capturePaymentIntent),
  route("POST", "/v1/payment_intents/:id/cancel", cancelPaymentIntent),
  route("GET", "/v1/charges", listCharges),
  route("GET", "/v1/charges/:id", retrieveCharge),
  route("POST", "/v1/refunds", createRefund),
  route("GET", "/v1/refunds", listRefunds),
  route("GET", "/v1/refunds/:id", retrieveRefund),
  route("GET", "/v1/events", listEvents),
  route("GET", "/v1/events/:id", retrieveEvent),
  route("GET", "/v1/test_helpers/test_clocks/:id", retrieveClock),
  route("POST", "/v1/test_helpers/test_clocks/:id/advance", advanceClock),
];
