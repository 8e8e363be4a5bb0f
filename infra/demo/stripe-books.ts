// A hold as Stripe's own books have it, to hold against ours.

/** In cents. */
export interface StripeBooks {
  status: string;
  amount: number;
  amount_received: number;
}

/** @param secretKey Stripe's, as the sandbox takes it */
export async function stripeBooks(
  sandboxUrl: string,
  secretKey: string,
  intentId: string,
): Promise<StripeBooks> {
  const response = await fetch(`${sandboxUrl}/v1/payment_intents/${intentId}`, {
    headers: { Authorization: `Bearer ${secretKey}` },
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`Stripe's books cannot be read: ${response.status}`);
  return response.json() as Promise<StripeBooks>;
}
