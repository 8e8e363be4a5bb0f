// What an operator reckons with: costs below a cent, what is left of a capture, sums over days. Pure.
import type { AnswerOf } from "../api/ask.ts";

type Day = AnswerOf<"adminCosts">["days"][number];
type Provider = keyof Day["costs"];

/** To the hundredth of a cent, since a second of speech costs less than one. */
export function exactDollars(dollars: number): string {
  return dollars.toLocaleString("en-US", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 4,
    maximumFractionDigits: 4,
  });
}

/** What can still be given back, in dollars: nothing unless it was captured. */
export function leftToRefund(payment: { state: string; captured: number | null; refunded: number }): number {
  if (payment.state !== "captured") return 0;
  return (Math.round((payment.captured ?? 0) * 100) - Math.round(payment.refunded * 100)) / 100;
}

/** What somebody typed as an amount: undefined when nothing, NaN when no amount of dollars and cents. */
export function amountOf(typed: string): number | undefined {
  const text = typed.trim().replace(/^\$\s*/, "");
  if (text === "") return undefined;
  return /^\d{1,6}([.,]\d{1,2})?$/.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
}

/** What a day's calls cost us at all providers together. */
export function costOf(day: Day): number {
  return Object.values(day.costs).reduce((sum, dollars) => sum + dollars, 0);
}

export function totalsOf(days: readonly Day[]) {
  const sum = (of: (day: Day) => number) => days.reduce((total, day) => total + of(day), 0);
  const [first] = days;
  const providers = first === undefined ? [] : (Object.keys(first.costs) as Provider[]);
  const revenue = sum((day) => day.revenue);
  const cost = sum(costOf);
  return {
    calls: sum((day) => day.calls),
    minutes: sum((day) => day.minutes),
    unmeasured: sum((day) => day.unmeasured),
    revenue,
    cost,
    margin: revenue - cost,
    byProvider: providers.map((provider) => ({ provider, cost: sum((day) => day.costs[provider]) })),
  };
}
