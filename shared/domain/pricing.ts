// What a call costs: connection plus time, in integer cents. Pure; the one place that knows the tariff.

export const connectionCents = 25;
export const centsPerMinute = 40;

/** Cents for a conversation of so many whole seconds, rounded half up once. 330 s is 245. */
export function priceCents(durationSeconds: number): number {
  return connectionCents + Math.floor((durationSeconds * centsPerMinute + 30) / 60);
}

/** Cents to take off for so many seconds in which a provider of ours kept the call from going on, rounded up. */
export function creditCents(lostSeconds: number): number {
  return Math.ceil((lostSeconds * centsPerMinute) / 60);
}

/** Cents to hold for so many minutes. */
export function holdCents(minutes: number): number {
  return connectionCents + centsPerMinute * minutes;
}

/** The whole minutes that a hold of so many cents is for. */
export function minutesOf(amountCents: number): number {
  return Math.max(0, Math.floor((amountCents - connectionCents) / centsPerMinute));
}

/** Whole seconds of conversation that a hold pays for, so that the price never exceeds it. */
export function secondsPaidBy(amountCents: number): number {
  return Math.max(0, Math.floor(((amountCents - connectionCents) * 60) / centsPerMinute));
}

/** Trying a persona of one's own costs nothing, for so long and so often. */
export const tryOutSeconds = 120;
export const tryOutsADay = 5;

/** Cents as the dollars of the API. */
export function dollars(cents: number): number {
  return cents / 100;
}
