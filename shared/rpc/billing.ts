// The interface of the billing Worker: the one that speaks to Stripe.
import type { Contract } from "../contract/index.ts";
import type { RouteInput, RouteOutput } from "../contract/route.ts";
import type { AdminContext, Context, PersonActor, UserActor, UserContext } from "./context.ts";

/** What a call's hold must become. */
export interface Settlement {
  paymentIntentId: string;
  /** What to capture; 0 releases the whole hold. The rest of a capture is released by Stripe. */
  captureCents: number;
}

export interface OffSessionHold {
  /** The hold's id in the ledger, chosen by whoever asks. */
  paymentId: string;
  userId: string;
  amountCents: number;
}

export interface GivenBack {
  /** `released`: it was only held; `refunded`: it had been taken. */
  status: "released" | "refunded";
  refundId: string | null;
  amountCents: number;
}

export interface BillingRpc {
  listPaymentMethods(context: UserContext): Promise<RouteOutput<Contract["billing"]>>;
  /** Errors: the card errors, `ALREADY_EXISTS`, `STRIPE_ERROR`. */
  addPaymentMethod(
    context: UserContext,
    input: RouteInput<Contract["addPaymentMethod"]>["body"],
  ): Promise<RouteOutput<Contract["addPaymentMethod"]>>;
  /** Begins to keep a card. Errors: `STRIPE_ERROR`. */
  createSetupIntent(context: UserContext): Promise<RouteOutput<Contract["createSetupIntent"]>>;
  /** Errors: `NOT_FOUND`. */
  setDefaultCard(
    context: UserContext,
    cardId: string,
  ): Promise<RouteOutput<Contract["setDefaultPaymentMethod"]>>;
  /** Errors: `NOT_FOUND`, `CANNOT_REMOVE_DEFAULT`. */
  removeCard(context: UserContext, cardId: string): Promise<RouteOutput<Contract["removePaymentMethod"]>>;
  /** Errors: `NO_PAYMENT_METHOD`, the card errors, `STRIPE_ERROR`. */
  createHold(
    context: UserContext,
    input: RouteInput<Contract["createPaymentIntent"]>["body"],
  ): Promise<RouteOutput<Contract["createPaymentIntent"]>>;
  /** Captures or releases a hold. May be asked any number of times: money moves once. Errors: `STRIPE_ERROR`, `NOT_FOUND`. */
  settle(context: Context, settlement: Settlement): Promise<void>;
  /**
   * Places a hold for somebody who is not there, on their default card; asking again with the same id is the same hold.
   * Answers the payment intent. Errors: `NO_PAYMENT_METHOD`, the card errors, `STRIPE_ERROR`.
   */
  holdOffSession(context: Context, wish: OffSessionHold): Promise<string>;
  /** Gives the money of a hold back, whatever has become of it. Errors: `STRIPE_ERROR`, `NOT_FOUND`. */
  giveBack(context: Context, paymentIntentId: string, reason: string): Promise<GivenBack>;
  /** Asks Stripe for a hold that waits for its owner's authentication. Errors: `STRIPE_ERROR`. */
  refreshHold(context: Context<UserActor | PersonActor>, paymentIntentId: string): Promise<void>;
  adminListPayments(
    context: AdminContext,
    query: RouteInput<Contract["adminListPayments"]>["query"],
  ): Promise<RouteOutput<Contract["adminListPayments"]>>;
  /** Errors: `NOT_FOUND`. */
  adminGetPayment(context: AdminContext, id: string): Promise<RouteOutput<Contract["adminGetPayment"]>>;
  /** Errors: `NOT_FOUND`, `VALIDATION_ERROR` when there is less left, `IDEMPOTENCY_CONFLICT`, `STRIPE_ERROR`. */
  adminRefundPayment(
    context: AdminContext,
    id: string,
    input: RouteInput<Contract["adminRefundPayment"]>["body"],
    idempotencyKey: string | null,
  ): Promise<RouteOutput<Contract["adminRefundPayment"]>>;
  /** Takes a signed event. Errors: `INVALID_SIGNATURE`. */
  receiveEvent(context: Context, rawBody: string, signature: string): Promise<void>;
  /** Gives back holds that nobody used, and finishes what a crash left half done. */
  sweep(context: Context): Promise<void>;
  exportBilling(context: UserContext): Promise<RouteOutput<Contract["exportAccount"]>["billing"]>;
  /** Errors: `STRIPE_ERROR`. */
  eraseBilling(context: Context, userId: string): Promise<void>;
  health(): Promise<void>;
}
