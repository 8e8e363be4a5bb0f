// Every route of the contract against the running house: without a token, with a broken body, with a field too many,
// and with a good request, each answer checked against the contract's own schema.
import { setTimeout as wait } from "node:timers/promises";
import { contract, type RouteName } from "@callmeback/shared/contract";
import type { Route } from "@callmeback/shared/contract/route";
import { usualOpening } from "@callmeback/shared/domain/voices";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stack } from "../infra/stack/start-stack.ts";
import { captureAtStripe } from "./api/capture-at-stripe.ts";
import { ApiClient, type Call } from "./api/client.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

let stack: Stack;
let api: ApiClient;
let token = "";

const routes: [RouteName, Route][] = Object.entries(contract).map(([name, route]) => [
  name as RouteName,
  route,
]);
const operator = { email: "operator@example.com", password: "Operator-Pass-1" };
const person = {
  name: "Ada Lovelace",
  email: "ada@example.com",
  password: "SecurePass123!",
  phone: "+14155550188",
};

beforeAll(async () => {
  // Without the minute's cron: what it asks the database would be counted to the route of that moment.
  stack = await startTestStack(
    { RATE_LIMIT_SCALE: "100", ADMIN_EMAIL: operator.email, ADMIN_PASSWORD: operator.password },
    { isCronOn: false },
  );
  api = new ApiClient(stack.gatewayUrl);
  token = (await good("register", { body: person })).token;
  expect((await good("login", { body: { email: person.email, password: person.password } })).token).not.toBe(
    token,
  );
}, 120_000);
afterAll(() => stack.stop());

/** Asks with the person's token and wants a good answer. */
const good = <N extends RouteName>(name: N, call: Call = {}) => api.good(name, { token, ...call });
const refused: ApiClient["refused"] = (name, call, code) => api.refused(name, call, code);

const refusal = {
  user: "UNAUTHORIZED",
  admin: "UNAUTHORIZED",
  twilio: "INVALID_SIGNATURE",
  stripe: "INVALID_SIGNATURE",
  "voice-node": "UNAUTHORIZED",
};
const guarded = routes.flatMap(([name, { caller }]) => (caller in refusal ? [[name, caller] as const] : []));

describe("without proof of who calls", () => {
  test.each(guarded)("%s refuses (%s)", async (name, caller) => {
    const code = Object.entries(refusal).find(([kind]) => kind === caller)?.[1] ?? "";
    await refused(name, contract[name].method === "GET" ? {} : { rawBody: "a=b" }, code);
  });

  test.each(routes.filter(([, { caller }]) => caller === "user").map(([name]) => name))(
    "%s refuses a token that was made up",
    (name) => refused(name, { token: "made.up.token" }, "INVALID_TOKEN").then(() => undefined),
  );
});

const withJson = routes.filter(
  ([, route]) =>
    route.body !== undefined && route.bodyFormat === undefined && ["none", "user"].includes(route.caller),
);

describe("with a bad body", () => {
  test.each(withJson.map(([name]) => name))(
    "%s refuses broken JSON, a wrong type and an unknown field",
    async (name) => {
      await refused(name, { token, rawBody: '{"a":' }, "VALIDATION_ERROR");
      await refused(name, { token, body: [] }, "VALIDATION_ERROR");
      const { parsed } = await refused(name, { token, body: { surprise: 1 } }, "VALIDATION_ERROR");
      expect(JSON.stringify(parsed.details)).toContain("surprise");
    },
  );

  test("a phone that is not E.164 is refused by name", async () => {
    const body = { ...person, email: "eve@example.com", phone: "0415 5550188" };
    const { parsed } = await refused("register", { body }, "VALIDATION_ERROR");
    expect(parsed.details).toMatchObject({ fields: [{ path: "phone" }] });
  });
});

/** Round trips to the database of each route's good request. */
const roundTrips: Partial<Record<RouteName, number>> = {};

/** One each, with identity, revocation and the work in one transaction; but for these, with their reason. */
const mostRoundTrips: Partial<Record<RouteName, number>> = {
  // A password's hash is compared between two: it must not hold a transaction open.
  login: 2,
  // And the first operator is written down.
  adminLogin: 3,
  changePassword: 2,
  // The same, and then each Worker erases its part: ten in all.
  deleteAccount: 12,
  // Verify is asked between two.
  startPhoneVerification: 2,
  checkPhoneVerification: 2,
  // Stripe is asked between two, and its webhooks about this card and the one before may come meanwhile.
  createPaymentIntent: 6,
  createSetupIntent: 6,
  addPaymentMethod: 6,
  removePaymentMethod: 6,
  // And the network's first words about the call.
  createCall: 6,
  tryPersona: 6,
  hangUpCall: 5,
  adminHangUpCall: 5,
  // Noted before Stripe is asked, and after; then read. Stripe's webhooks may come meanwhile.
  adminRefundPayment: 5,
  // The money is asked for and written down: two for the schedule, four for the hold.
  cancelScheduledCall: 6,
  // Each of four Workers gives its part.
  exportAccount: 5,
  // Each Worker is asked for its health.
  health: 4,
  healthReady: 4,
  adminHealth: 5,
};

/** Webhooks of what was asked before would else be counted to the next route. */
async function roundTripsWhenQuiet(): Promise<number> {
  for (let before = await roundTripsSoFar(); ; ) {
    await wait(40);
    const now = await roundTripsSoFar();
    if (now === before) return now;
    before = now;
  }
}

async function roundTripsSoFar(): Promise<number> {
  const response = await fetch(`${stack.sqlUrl}/health`);
  return ((await response.json()) as { transactions: number }).transactions;
}

/** A call that nobody answered is called off, and costs nothing. */
async function endBeforeAnswer(id: string, more: object): Promise<void> {
  await good("hangUpCall", { params: { id } });
  await expect
    .poll(async () => (await good("getCall", { params: { id } })).call, { timeout: 20_000, interval: 300 })
    .toMatchObject({ status: "canceled", end_reason: "canceled_by_user", cost: 0, ...more });
}

test("every route answers a good request as the contract says, in one round trip or with a reason", {
  timeout: 60_000,
}, async () => {
  const asked = new Set<RouteName>(["register", "login"]);
  const step = async <N extends RouteName>(name: N, call: Call = {}) => {
    asked.add(name);
    const before = await roundTripsWhenQuiet();
    const answer = await good(name, call);
    roundTrips[name] = (await roundTripsSoFar()) - before;
    return answer;
  };
  expect((await step("me")).user.phone).toBe(person.phone);
  await step("startPhoneVerification");
  const phone = await fetch(`${stack.sandboxUrl}/control/phones/${person.phone}`);
  const code = /code is: (\d{6})/.exec(await phone.text())?.[1];
  const wrong = code === "000000" ? "000001" : "000000";
  await refused("checkPhoneVerification", { token, body: { code: wrong } }, "INVALID_CODE");
  await step("checkPhoneVerification", { body: { code } });
  await refused("createPaymentIntent", { token, body: { estimated_duration: 5 } }, "NO_PAYMENT_METHOD");
  await step("addPaymentMethod", { body: contract.addPaymentMethod.example.body });
  expect((await step("billing")).payment_methods).toMatchObject([{ is_default: true }]);
  await step("createSetupIntent");
  const second = { payment_method_id: "pm_card_mastercard" };
  const other = { id: (await step("addPaymentMethod", { body: second })).payment_method.id };
  await step("setDefaultPaymentMethod", { params: other });
  await refused("removePaymentMethod", { token, params: other }, "CANNOT_REMOVE_DEFAULT");
  const [visa] = (await good("billing")).payment_methods.filter(({ is_default }) => !is_default);
  await step("removePaymentMethod", { params: { id: visa?.id ?? "" } });
  const hold = await step("createPaymentIntent", { body: { estimated_duration: 5 } });
  expect((await step("functionSecret")).secret).toMatch(/^whsec_/);
  const created = await step("createPersona", { body: contract.createPersona.example.body });
  await refused("createPersona", { token, body: contract.createPersona.example.body }, "DUPLICATE_NAME");
  const { personas } = await step("listPersonas", { query: "?search=custom&sort=name_asc" });
  expect(personas.map(({ id }) => id)).toEqual([created.persona.id]);
  const persona = { id: created.persona.id };
  await step("getPersona", { params: persona });
  const { preview } = await step("previewPersona", { params: persona });
  expect(preview.text).toBe(usualOpening);
  expect(Buffer.from(preview.audio, "base64").length).toBeGreaterThan(8_000);
  expect(
    (await step("updatePersona", { params: persona, body: { tags: ["changed"] } })).persona.version,
  ).toBe(2);
  await step("logCall", { body: contract.logCall.example.body });
  await step("addContact", { body: { persona_id: persona.id } });
  await refused("addContact", { token, body: { persona_id: persona.id } }, "ALREADY_EXISTS");
  expect((await step("listContacts")).contacts).toMatchObject([{ persona: { id: persona.id } }]);
  await step("removeContact", { params: { personaId: persona.id } });
  const template = await step("createScenarioTemplate", {
    body: contract.createScenarioTemplate.example.body,
  });
  const ofTemplate = { params: { id: template.scenario_template.id } };
  await step("getScenarioTemplate", ofTemplate);
  await step("updateScenarioTemplate", { ...ofTemplate, body: contract.updateScenarioTemplate.example.body });
  expect(
    (await step("listScenarioTemplates", { query: "?category=practice" })).scenario_templates,
  ).toContainEqual(expect.objectContaining({ name: "Ask for a better raise" }));
  await step("deleteScenarioTemplate", ofTemplate);
  const body = {
    phone_number: person.phone,
    persona_id: created.persona.id,
    payment_intent_id: hold.payment_intent_id,
  };
  const later = {
    ...body,
    payment_intent_id: (await good("createPaymentIntent", { body: { estimated_duration: 5 } }))
      .payment_intent_id,
    scheduled_time: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const { scheduled_call } = await step("scheduleCall", { body: later });
  await refused("deletePersona", { token, params: persona }, "PERSONA_IN_USE");
  expect((await step("listScheduledCalls")).scheduled_calls).toMatchObject([{ id: scheduled_call.id }]);
  expect(await step("cancelScheduledCall", { params: { id: scheduled_call.id } })).toMatchObject({
    refund: { amount: 2.25, status: "released", refund_id: null },
  });
  await fetch(`${stack.sandboxUrl}/control/phones/${person.phone}`, {
    method: "PUT",
    body: JSON.stringify({ behaviour: "no-answer" }),
  });
  const tried = await step("tryPersona", { params: persona, body: { phone_number: person.phone } });
  expect(tried.call.estimated_cost).toBe(0);
  await refused("createCall", { token, body }, "CONCURRENT_CALLS");
  await endBeforeAnswer(tried.call.id, { payment: null, origin: "try_out" });
  const { call } = await step("createCall", { body });
  expect((await good("createCall", { body })).call.id).toBe(call.id);
  await refused("createCall", { token, body: { ...body, call_pretext: "Other" } }, "IDEMPOTENCY_CONFLICT");
  await refused("liveCall", { token, params: { id: call.id } }, "UPGRADE_REQUIRED");
  asked.add("liveCall");
  // Nobody held this call: their good requests are in recordings.test.ts and replays.test.ts.
  for (const name of ["getRecording", "deleteRecording", "getReplay"] as const) {
    await refused(name, { token, params: { id: call.id } }, "NOT_FOUND");
    asked.add(name);
  }
  const madeUp = `${call.id}.1900000000.${"a".repeat(43)}`;
  await refused("playRecording", { params: { token: madeUp } }, "INVALID_SIGNATURE");
  asked.add("playRecording");
  await refused("voiceStream", {}, "UPGRADE_REQUIRED");
  asked.add("voiceStream");
  await step("hangUpCall", { params: { id: call.id } });
  await endBeforeAnswer(call.id, { payment: { state: "released" } });
  asked.add("getCall");
  expect((await step("listCalls", { query: "?status=canceled" })).pagination.total).toBe(2);
  expect(await step("usage", { query: "?months=2" })).toMatchObject({ total_calls: 0, total_spent: 0 });
  await step("deletePersona", { params: persona });
  await refused("getPersona", { token, params: persona }, "NOT_FOUND");
  const asAdmin = { token: (await step("adminLogin", { body: operator })).token };
  await refused("adminListUsers", { token }, "INVALID_TOKEN");
  await refused("me", asAdmin, "INVALID_TOKEN");
  const [found] = (await step("adminListUsers", { ...asAdmin, query: `?search=${person.email}` })).users;
  const them = { ...asAdmin, params: { id: found?.id ?? "" } };
  await step("adminGetUser", them);
  await step("adminSuspendUser", { ...them, body: contract.adminSuspendUser.example.body });
  await refused("me", { token }, "ACCOUNT_SUSPENDED");
  await step("adminRestoreUser", { ...them, body: contract.adminRestoreUser.example.body });
  expect((await step("adminListCalls", { ...asAdmin, query: `?user_id=${found?.id}` })).calls).toHaveLength(
    3,
  );
  const { payment_id, events } = (await step("adminGetCall", { ...asAdmin, params: { id: call.id } })).call;
  expect(events.map(({ source }) => source)).toContain("twilio");
  expect(
    (await step("adminListPayments", { ...asAdmin, query: `?user_id=${found?.id}&state=released` })).payments,
  ).toContainEqual(expect.objectContaining({ id: payment_id, held: 2.25, refunded: 0 }));
  const paid = { ...asAdmin, params: { id: payment_id ?? "" } };
  expect((await step("adminGetPayment", paid)).payment).toMatchObject({ refunds: [], disputes: [] });
  const { body: wish } = contract.adminRefundPayment.example;
  await refused("adminRefundPayment", { ...paid, body: wish }, "VALIDATION_ERROR");
  const next = await good("createPaymentIntent", { body: { estimated_duration: 5 } });
  const taken = await captureAtStripe(stack, api, asAdmin.token, next.payment_intent_id);
  const captured = { ...asAdmin, params: { id: taken } };
  expect((await step("adminRefundPayment", { ...captured, body: wish })).refund).toMatchObject({
    amount: 0.65,
  });
  await step("adminHangUpCall", { ...asAdmin, params: { id: call.id } });
  const made = await step("adminCreatePersona", {
    ...asAdmin,
    body: contract.adminCreatePersona.example.body,
  });
  const theirs = { ...asAdmin, params: { id: made.persona.id } };
  await step("adminUpdatePersona", { ...theirs, body: contract.adminUpdatePersona.example.body });
  expect(
    (await step("adminListPersonas", { ...asAdmin, query: "?search=night+porter" })).personas,
  ).toHaveLength(1);
  await step("adminDeletePersona", theirs);
  expect((await step("adminCosts", asAdmin)).days).toMatchObject([{ calls: 2, revenue: 0 }]);
  expect((await step("adminHealth", asAdmin)).parts).toMatchObject({ billing: "ok" });
  expect((await step("adminAudit", asAdmin)).entries.map(({ act }) => act)).toEqual([
    "persona.delete",
    "persona.update",
    "persona.create",
    "call.hangup",
    "payment.refund",
    "user.restore",
    "user.suspend",
  ]);
  await step("adminLogout", asAdmin);
  await refused("adminHealth", asAdmin, "TOKEN_REVOKED");
  for (const name of ["health", "healthLive", "healthReady", "openApi"] as const) await step(name);
  await step("updateProfile", { body: contract.updateProfile.example.body });
  await step("changePassword", { body: contract.changePassword.example.body });
  ({ token } = await step("refresh"));
  const exported = await step("exportAccount");
  expect(exported.calls.calls).toContainEqual(
    expect.objectContaining({ id: call.id, phone_number: person.phone }),
  );
  expect(exported.billing.payments.length).toBeGreaterThan(1);
  await step("logout");
  await refused("me", { token }, "TOKEN_REVOKED");
  const password = contract.changePassword.example.body.new_password;
  ({ token } = await good("login", { body: { email: person.email, password } }));
  await refused("deleteAccount", { token, body: { password: "Wrong-Password-1" } }, "INVALID_CREDENTIALS");
  await step("deleteAccount", { body: { password } });
  await refused("me", { token }, "INVALID_TOKEN");
  await refused("login", { body: { email: person.email, password } }, "INVALID_CREDENTIALS");
  await good("register", { body: person });
  const unexpected = Object.entries(roundTrips).filter(
    ([name, count]) => count > (mostRoundTrips[name as RouteName] ?? 1),
  );
  expect(unexpected).toEqual([]);
  // Those that Twilio, Stripe and the pipeline call: their good requests are the whole call's, in one-whole-call.test.ts.
  const others = routes.filter(([, { caller }]) => ["twilio", "stripe", "voice-node"].includes(caller));
  expect([...asked, ...others.map(([name]) => name)].sort()).toEqual(routes.map(([name]) => name).sort());
});
