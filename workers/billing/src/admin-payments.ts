// Payments as an operator sees them, and the refunds that an operator gives.
import type { Contract } from "@callmeback/shared/contract";
import { paymentStates } from "@callmeback/shared/contract/admin-payments";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { dollars } from "@callmeback/shared/domain/pricing";
import { audit } from "@callmeback/shared/rpc/audit";
import type { AdminContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { refund } from "./refund.ts";
import type { BillingDeps } from "./stripe-client.ts";

const paymentRow = z.object({
  id: z.string(),
  user_id: z.string(),
  payment_intent_id: z.string().nullable(),
  state: z.enum(paymentStates),
  amount_cents: z.int(),
  capture_cents: z.int().nullable(),
  refunded_cents: z.int(),
  currency: z.string(),
  created_at: z.string(),
  settled_at: z.string().nullable(),
  is_disputed: z.boolean(),
});
const isDisputed = sql`exists (select from disputes d where d.payment_id = p.id)`;
const columns = sql`p.id, p.user_id, p.stripe_payment_intent_id as payment_intent_id, p.state, p.amount_cents, p.capture_cents,
  p.refunded_cents, p.currency, p.created_at, p.settled_at, ${isDisputed} as is_disputed`;

const refundRow = z.object({
  id: z.string(),
  cents: z.int(),
  reason: z.string(),
  state: z.enum(["creating", "succeeded", "failed"]),
  stripe_refund_id: z.string().nullable(),
  created_at: z.string(),
});
const refundColumns = sql`id, cents, reason, state, stripe_refund_id, created_at`;

const disputeRow = z.object({
  id: z.string(),
  cents: z.int(),
  status: z.string(),
  reason: z.string(),
  evidence_due_at: z.string().nullable(),
  created_at: z.string(),
});

export async function adminListPayments(
  { database }: BillingDeps,
  { actor }: AdminContext,
  { page, limit, user_id, state, disputed }: RouteInput<Contract["adminListPayments"]>["query"],
): Promise<RouteOutput<Contract["adminListPayments"]>> {
  const matching = sql`(${user_id ?? null}::uuid is null or p.user_id = ${user_id ?? null}::uuid)
    and (${state ?? null}::text is null or p.state = ${state ?? null})
    and ${disputed === undefined ? sql`true` : isDisputed}`;
  const [payments, [count]] = await transact(
    database,
    actor,
    rows(paymentRow)`
      select ${columns} from payments p where ${matching}
      order by p.created_at desc, p.id desc limit ${limit} offset ${(page - 1) * limit}`,
    rows(z.object({ total: z.int() }))`select count(*)::int as total from payments p where ${matching}`,
  );
  const total = count?.total ?? 0;
  return {
    payments: payments.map(presentPayment),
    pagination: { page, limit, total, pages: Math.ceil(total / limit) },
  };
}

/** Errors: `NOT_FOUND`. */
export async function adminGetPayment(
  { database }: BillingDeps,
  { actor }: AdminContext,
  id: string,
): Promise<RouteOutput<Contract["adminGetPayment"]>> {
  const [[payment], refunds, disputes] = await transact(
    database,
    actor,
    rows(paymentRow)`select ${columns} from payments p where p.id = ${id}`,
    rows(refundRow)`select ${refundColumns} from refunds where payment_id = ${id} order by created_at, id`,
    rows(disputeRow)`
      select id, cents, status, reason, evidence_due_at, created_at from disputes
      where payment_id = ${id} order by created_at, id`,
  );
  if (payment === undefined) return fail("NOT_FOUND", "There is no such payment.");
  return {
    payment: {
      ...presentPayment(payment),
      refunds: refunds.map(withDollars),
      disputes: disputes.map(withDollars),
    },
  };
}

/** Errors: `NOT_FOUND`, `VALIDATION_ERROR` when there is less left, `IDEMPOTENCY_CONFLICT`, `STRIPE_ERROR`. */
export async function adminRefundPayment(
  deps: BillingDeps,
  context: AdminContext,
  paymentId: string,
  { amount, reason }: RouteInput<Contract["adminRefundPayment"]>["body"],
  key: string | null,
): Promise<RouteOutput<Contract["adminRefundPayment"]>> {
  const cents = amount === undefined ? null : Math.round(amount * 100);
  const { id } = await refund(deps, context.actor, { paymentId, cents, reason, key }, (refundId) => [
    audit(context, "payment.refund", paymentId, sql`exists (select from refunds where id = ${refundId})`, {
      amount: amount ?? null,
      reason,
    }),
  ]);
  const [[noted]] = await transact(
    deps.database,
    context.actor,
    rows(refundRow)`select ${refundColumns} from refunds where id = ${id}`,
  );
  if (noted === undefined) throw new Error("A refund that was noted is not there.");
  return { refund: withDollars(noted) };
}

function presentPayment({
  amount_cents,
  capture_cents,
  refunded_cents,
  ...payment
}: z.infer<typeof paymentRow>) {
  return {
    ...payment,
    held: dollars(amount_cents),
    captured: capture_cents === null ? null : dollars(capture_cents),
    refunded: dollars(refunded_cents),
  };
}

function withDollars<T extends { cents: number }>({
  cents,
  ...rest
}: T): Omit<T, "cents"> & { amount: number } {
  return { ...rest, amount: dollars(cents) };
}
