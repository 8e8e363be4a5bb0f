// Cards, holds, captures, releases. Money moves only through the guarded states of `payments`.
import { WorkerEntrypoint } from "cloudflare:workers";
import { followRequests } from "@callmeback/shared/domain/request-id";
import type { BillingRpc, OffSessionHold, Settlement } from "@callmeback/shared/rpc/billing";
import type { AdminContext, Context, UserContext } from "@callmeback/shared/rpc/context";
import type { DatabaseRpc } from "@callmeback/shared/rpc/database";
import { eraseBilling, exportBilling } from "./account.ts";
import { adminGetPayment, adminListPayments, adminRefundPayment } from "./admin-payments.ts";
import { createHold, holdOffSession } from "./create-hold.ts";
import {
  addPaymentMethod,
  createSetupIntent,
  listPaymentMethods,
  setDefaultCard,
} from "./payment-methods.ts";
import { receiveEvent } from "./receive-event.ts";
import { refreshHold } from "./refresh-hold.ts";
import { giveBack } from "./refund.ts";
import { removeCard } from "./remove-card.ts";
import { settle } from "./settle.ts";
import { stripeClient } from "./stripe-client.ts";
import { sweep } from "./sweep.ts";

interface Env {
  DATABASE: DatabaseRpc;
  STRIPE_API_URL: string;
  STRIPE_SECRET_KEY: string;
  STRIPE_WEBHOOK_SECRET: string;
}

class Billing extends WorkerEntrypoint<Env> implements BillingRpc {
  listPaymentMethods(context: UserContext) {
    return listPaymentMethods(this.#deps(), context);
  }

  addPaymentMethod(context: UserContext, input: Parameters<BillingRpc["addPaymentMethod"]>[1]) {
    return addPaymentMethod(this.#deps(), context, input);
  }

  createSetupIntent(context: UserContext) {
    return createSetupIntent(this.#deps(), context);
  }

  setDefaultCard(context: UserContext, cardId: string) {
    return setDefaultCard(this.#deps(), context, cardId);
  }

  removeCard(context: UserContext, cardId: string) {
    return removeCard(this.#deps(), context, cardId);
  }

  holdOffSession(_context: Context, wish: OffSessionHold) {
    return holdOffSession(this.#deps(), wish);
  }

  giveBack(_context: Context, paymentIntentId: string, reason: string) {
    return giveBack(this.#deps(), paymentIntentId, reason);
  }

  createHold(context: UserContext, input: Parameters<BillingRpc["createHold"]>[1]) {
    return createHold(this.#deps(), context, input);
  }

  settle(_context: Context, settlement: Settlement) {
    return settle(this.#deps(), settlement);
  }

  refreshHold(context: Parameters<BillingRpc["refreshHold"]>[0], paymentIntentId: string) {
    return refreshHold(this.#deps(), context, paymentIntentId);
  }

  adminListPayments(context: AdminContext, query: Parameters<BillingRpc["adminListPayments"]>[1]) {
    return adminListPayments(this.#deps(), context, query);
  }

  adminGetPayment(context: AdminContext, id: string) {
    return adminGetPayment(this.#deps(), context, id);
  }

  adminRefundPayment(...[context, id, input, key]: Parameters<BillingRpc["adminRefundPayment"]>) {
    return adminRefundPayment(this.#deps(), context, id, input, key);
  }

  receiveEvent(_context: Context, rawBody: string, signature: string) {
    return receiveEvent(this.#deps(), this.env.STRIPE_WEBHOOK_SECRET, rawBody, signature);
  }

  sweep(_context: Context) {
    return sweep(this.#deps());
  }

  exportBilling(context: UserContext) {
    return exportBilling(this.#deps(), context);
  }

  eraseBilling(_context: Context, userId: string) {
    return eraseBilling(this.#deps(), userId);
  }

  async health() {
    await this.env.DATABASE.health();
  }

  #deps() {
    return {
      database: this.env.DATABASE,
      stripe: stripeClient(this.env.STRIPE_SECRET_KEY, this.env.STRIPE_API_URL),
    };
  }
}

followRequests(Billing);
export default Billing;
