import { expect, test } from "vitest";
import { placeOf } from "./target.ts";

test.each([
  ["user.suspend", "/admin/users/7"],
  ["persona.update", "/admin/personas/7"],
  ["payment.refund", "/admin/payments/7"],
  ["call.hangup", "/admin/calls/7"],
  ["persona.delete", null],
  ["admin.logout", null],
  ["constructor.x", null],
])("what %s was done to is at %s", (act, place) => {
  expect(placeOf(act, "7")).toBe(place);
});
