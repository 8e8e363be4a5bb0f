/**
 * Stripe's test clocks, with one clock for everything: advancing it lets holds lapse without waiting for days.
 * Any clock id is the same clock.
 */
import { malformed } from "./errors.ts";
import { lapseHolds } from "./holds.ts";
import { integer, readParams, required } from "./params.ts";
import type { StripeCall } from "./route.ts";

const shown = ({ store, id }: StripeCall) => ({
  id,
  object: "test_helpers.test_clock",
  created: store.now(),
  frozen_time: store.now(),
  livemode: false,
  name: "the sandbox's clock",
  status: "ready",
});

export const retrieveClock = (call: StripeCall) => {
  readParams(call.params, {});
  return shown(call);
};

export const advanceClock = (call: StripeCall) => {
  const asked = readParams(call.params, { frozen_time: integer });
  const time = required(asked.frozen_time, "frozen_time");
  if (time < call.store.now())
    throw malformed("frozen_time", "A test clock can only be advanced, not set back.");
  call.store.advanceTo(time);
  lapseHolds(call.store);
  return shown(call);
};
