// What the business refuses, over HTTP through the whole house: names that are taken, limits that are reached, cards that
// decline, providers that fail, people who may not be called.
import { contract } from "@callmeback/shared/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stack } from "../../infra/stack/start-stack.ts";
import { startTestStack } from "../fixtures/test-stack.ts";
import { captureAtStripe } from "./capture-at-stripe.ts";
import { ApiClient, type Call } from "./client.ts";
import { type RegisteredPerson, register } from "./people.ts";

const operator = { email: "operator@example.com", password: "Operator-Pass-1" };
const voiceNodeKey = "a-voice-node-key-for-tests";
const systemPersona = "01990000-0000-7000-8000-000000000001";
const systemTemplate = "01990000-0000-7000-8001-000000000001";
const minute = 60_000;

let stack: Stack;
let api: ApiClient;

beforeAll(async () => {
  stack = await startTestStack({
    RATE_LIMIT_SCALE: "1000",
    ADMIN_EMAIL: operator.email,
    ADMIN_PASSWORD: operator.password,
    VOICE_NODE_KEY: voiceNodeKey,
  });
  api = new ApiClient(stack.gatewayUrl);
}, 120_000);
afterAll(() => stack.stop());

async function control(method: string, path: string, body?: object): Promise<string> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${stack.sandboxUrl}/control/${path}`, { method, ...init });
  expect(response.status).toBe(200);
  return response.text();
}

/** Runs work while a provider fails. */
async function whileFailing(
  provider: "twilio" | "stripe" | "elevenlabs",
  work: () => Promise<unknown>,
): Promise<void> {
  await control("PUT", `faults/${provider}`, { status: 500 });
  try {
    await work();
  } finally {
    await control("DELETE", `faults/${provider}`);
  }
}

async function verify({ token, phone }: RegisteredPerson): Promise<void> {
  await api.good("startPhoneVerification", { token });
  const code = /code is: (\d{6})/.exec(await control("GET", `phones/${phone}`))?.[1];
  await api.good("checkPhoneVerification", { token, body: { code } });
}

const addCard = ({ token }: RegisteredPerson, payment_method_id = "pm_card_visa") =>
  api.good("addPaymentMethod", { token, body: { payment_method_id, set_as_default: true } });
const hold = async ({ token }: RegisteredPerson) =>
  (await api.good("createPaymentIntent", { token, body: { estimated_duration: 5 } })).payment_intent_id;

/** Somebody who can be called, on a busy phone. */
async function callable(): Promise<RegisteredPerson> {
  const person = await register(api);
  await verify(person);
  await addCard(person);
  await control("PUT", `phones/${person.phone}`, { behaviour: "no-answer" });
  return person;
}

const wish = async (person: RegisteredPerson, more: object = {}) => ({
  phone_number: person.phone,
  persona_id: systemPersona,
  payment_intent_id: await hold(person),
  ...more,
});
const later = (ms: number) => ({ scheduled_time: new Date(Date.now() + ms).toISOString() });

describe("an account", () => {
  test("cannot have another's e-mail or phone", async () => {
    const [ada, eve] = [await register(api), await register(api)];
    const body = { name: "Eve", email: ada.email, password: ada.password, phone: "+14155559001" };
    await api.refused("register", { body }, "EMAIL_EXISTS");
    await api.refused(
      "register",
      { body: { ...body, email: "new@example.com", phone: ada.phone } },
      "PHONE_EXISTS",
    );
    await api.refused("updateProfile", { token: eve.token, body: { email: ada.email } }, "EMAIL_EXISTS");
    await api.refused("updateProfile", { token: eve.token, body: { phone: ada.phone } }, "PHONE_EXISTS");
  });

  test("is locked after ten wrong passwords, wherever they were given", async () => {
    const person = await register(api);
    const { token, email, password } = person;
    const wrong = { current_password: "Wrong-Password-1", new_password: "EvenMoreSecure456?" };
    for (let tries = 0; tries < 10; tries++)
      await api.refused("changePassword", { token, body: wrong }, "INVALID_CREDENTIALS");
    await api.refused("changePassword", { token, body: wrong }, "ACCOUNT_LOCKED");
    await api.refused("deleteAccount", { token, body: { password } }, "ACCOUNT_LOCKED");
    await api.refused("login", { body: { email, password } }, "ACCOUNT_LOCKED");
    const { parsed } = await api.refused("login", { body: { email, password } }, "ACCOUNT_LOCKED");
    expect(parsed.retry_after).toBeGreaterThan(1700);
  });

  test("that is suspended does not log in", async () => {
    const { id, email, password } = await register(api);
    const { token } = await api.good("adminLogin", { body: operator });
    await api.good("adminSuspendUser", { token, params: { id }, body: { reason: "For this test" } });
    await api.refused("login", { body: { email, password } }, "ACCOUNT_SUSPENDED");
  });
});

describe("a phone", () => {
  test("is verified once, with a code that has five tries", async () => {
    const person = await register(api);
    const { token } = person;
    await api.refused("checkPhoneVerification", { token, body: { code: "000000" } }, "INVALID_CODE");
    await api.good("startPhoneVerification", { token });
    const code = /code is: (\d{6})/.exec(await control("GET", `phones/${person.phone}`))?.[1] ?? "";
    const body = { code: code === "000000" ? "000001" : "000000" };
    for (let tries = 0; tries < 5; tries++)
      await api.refused("checkPhoneVerification", { token, body }, "INVALID_CODE");
    await api.refused("checkPhoneVerification", { token, body }, "TOO_MANY_CODES");
    await control("POST", "reset");
    await verify(person);
    await api.refused("startPhoneVerification", { token }, "ALREADY_EXISTS");
  });

  test("is sent five codes at most when more are asked for at once", async () => {
    const { token } = await register(api);
    // Slow enough that each is asked for before the first is kept.
    await control("PUT", "faults/twilio", { latencyMs: 1_000 });
    const asked = Array.from({ length: 8 }, () => api.ask("startPhoneVerification", { token }));
    const answers = (await Promise.all(asked)).map(({ error }) => error);
    await control("DELETE", "faults/twilio");
    expect(answers.filter((error) => error === null)).toHaveLength(5);
    expect(answers.filter((error) => error === "TOO_MANY_CODES")).toHaveLength(3);
  });

  test("waits while the telephone provider fails", async () => {
    const { token } = await register(api);
    await api.good("startPhoneVerification", { token });
    await whileFailing("twilio", async () => {
      await api.refused("checkPhoneVerification", { token, body: { code: "123456" } }, "TWILIO_ERROR");
      await api.refused("startPhoneVerification", { token }, "TWILIO_ERROR");
    });
  });
});

describe("a card", () => {
  test.each([
    ["pm_card_chargeDeclined", "CARD_DECLINED"],
    ["pm_card_chargeDeclinedInsufficientFunds", "INSUFFICIENT_FUNDS"],
    ["pm_card_chargeDeclinedProcessingError", "PAYMENT_FAILED"],
  ])("%s is refused when it is added", async (payment_method_id, code) => {
    const { token } = await register(api);
    await api.refused("addPaymentMethod", { token, body: { payment_method_id } }, code);
  });

  test.each([
    ["pm_card_chargeCustomerFail", "CARD_DECLINED"],
    ["pm_card_chargeCustomerFailInsufficientFunds", "INSUFFICIENT_FUNDS"],
    ["pm_card_chargeCustomerFailProcessingError", "PAYMENT_FAILED"],
  ])("%s is refused when it must hold", async (card, code) => {
    const person = await register(api);
    await addCard(person, card);
    const ask = { token: person.token, body: { estimated_duration: 5 } };
    await api.refused("createPaymentIntent", ask, code);
  });

  test("is kept once", async () => {
    const person = await register(api);
    const { id: payment_method_id } = (await addCard(person)).payment_method;
    await api.refused(
      "addPaymentMethod",
      { token: person.token, body: { payment_method_id } },
      "ALREADY_EXISTS",
    );
  });

  test("waits while Stripe fails", async () => {
    const person = await callable();
    const { token } = person;
    const scheduled = await api.good("scheduleCall", { token, body: await wish(person, later(30 * minute)) });
    await whileFailing("stripe", async () => {
      await api.refused("createPaymentIntent", { token, body: { estimated_duration: 5 } }, "STRIPE_ERROR");
      await api.refused(
        "addPaymentMethod",
        { token, body: { payment_method_id: "pm_card_amex" } },
        "STRIPE_ERROR",
      );
      await api.refused("createSetupIntent", { token }, "STRIPE_ERROR");
      const params = { id: scheduled.scheduled_call.id };
      await api.refused("cancelScheduledCall", { token, params }, "STRIPE_ERROR");
    });
  });
});

describe("an operator", () => {
  test("does not refund while Stripe fails, what is not there, or another wish under the same key", async () => {
    const person = await callable();
    const { token } = await api.good("adminLogin", { body: operator });
    const id = await captureAtStripe(stack, api, token, await hold(person));
    const ask = (body: object, key = "ticket-1"): Call => ({
      token,
      params: { id },
      body: { reason: "It crackled", ...body },
      headers: { "Idempotency-Key": key },
    });
    await whileFailing("stripe", () =>
      api.refused("adminRefundPayment", ask({ amount: 0.5 }), "STRIPE_ERROR"),
    );
    expect((await api.good("adminRefundPayment", ask({ amount: 0.5 }))).refund.state).toBe("succeeded");
    await api.refused("adminRefundPayment", ask({ amount: 0.6 }), "IDEMPOTENCY_CONFLICT");
    await api.refused("adminRefundPayment", ask({ amount: 2 }, "ticket-2"), "VALIDATION_ERROR");
    await api.refused("adminRefundPayment", ask({ amount: 0.5 }, "ticket 3"), "VALIDATION_ERROR");
    const { payment } = await api.good("adminGetPayment", { token, params: { id } });
    expect(payment).toMatchObject({ captured: 2.25, refunded: 0.5, refunds: [{ amount: 0.5 }] });
  });

  test("does not end a call while Twilio fails, nor delete a persona that somebody waits for", async () => {
    const person = await callable();
    const { token } = await api.good("adminLogin", { body: operator });
    const { call } = await api.good("createCall", { token: person.token, body: await wish(person) });
    await whileFailing("twilio", () =>
      api.refused("adminHangUpCall", { token, params: { id: call.id } }, "TWILIO_ERROR"),
    );
    const { persona } = await api.good("adminCreatePersona", {
      token,
      body: contract.adminCreatePersona.example.body,
    });
    const body = await wish(person, { ...later(60 * minute), persona_id: persona.id });
    await api.good("scheduleCall", { token: person.token, body });
    await api.refused("adminDeletePersona", { token, params: { id: persona.id } }, "PERSONA_IN_USE");
  });
});

describe("a persona", () => {
  const made = (name: string, more: object = {}) => ({
    ...contract.createPersona.example.body,
    name,
    ...more,
  });

  test("has a name of its own, a voice that the plan has, and nine others at most", async () => {
    const { token } = await register(api);
    const create = (body: object): Call => ({ token, body });
    await api.refused("createPersona", create(made("Fine", { voice: "george" })), "PAYMENT_REQUIRED");
    const { persona } = await api.good("createPersona", create(made("Friend 0")));
    for (let number = 1; number < 10; number++)
      await api.good("createPersona", create(made(`Friend ${number}`)));
    await api.refused("createPersona", create(made("One more")), "MAX_PERSONAS");
    const params = { id: persona.id };
    await api.refused("updatePersona", { token, params, body: { name: "Friend 1" } }, "DUPLICATE_NAME");
    await api.refused("updatePersona", { token, params, body: { voice: "george" } }, "PAYMENT_REQUIRED");
    await api.refused(
      "updatePersona",
      { token, params: { id: systemPersona }, body: { name: "Mine" } },
      "FORBIDDEN",
    );
    await api.refused("deletePersona", { token, params: { id: systemPersona } }, "FORBIDDEN");
  });

  test("waits in silence for 4 to 30 s, and leaves machines or not; one of the system has no choice", async () => {
    const { token } = await register(api);
    const { persona } = await api.good("createPersona", { token, body: made("As usual") });
    expect(persona).toMatchObject({ silence_seconds: 8, leaves_machines: true });
    const params = { id: persona.id };
    const body = { silence_seconds: 30, leaves_machines: false };
    expect((await api.good("updatePersona", { token, params, body })).persona).toMatchObject(body);
    for (const [bad, said] of [
      [{ silence_seconds: 3 }, "silence_seconds must be at least 4 seconds."],
      [{ silence_seconds: 31 }, "silence_seconds must be at most 30 seconds."],
      [{ silence_seconds: 8.5 }, "silence_seconds must be a whole number."],
      [{ silence_seconds: "8" }, "silence_seconds must be a whole number."],
      [{ leaves_machines: "no" }, "leaves_machines must be true or false."],
    ] as const) {
      const create = { token, body: made("Not to be", bad) };
      for (const { parsed } of [
        await api.refused("createPersona", create, "VALIDATION_ERROR"),
        await api.refused("updatePersona", { token, params, body: bad }, "VALIDATION_ERROR"),
      ])
        expect(parsed.message).toBe(said);
    }
    const admin = await api.good("adminLogin", { body: operator });
    const systems = { token: admin.token, body: { ...contract.adminCreatePersona.example.body, ...body } };
    await api.refused("adminCreatePersona", systems, "VALIDATION_ERROR");
  });

  test("is one of fifty contacts at most", async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => register(api)));
    const ids: string[] = [];
    for (const { token } of people) {
      for (let number = 0; number < 9; number++) {
        const body = made(`Public ${number}`, { is_public: true });
        ids.push((await api.good("createPersona", { token, body })).persona.id);
      }
    }
    const { token } = await register(api);
    const add = (persona_id: string): Call => ({ token, body: { persona_id } });
    for (const id of ids.slice(0, 50)) await api.good("addContact", add(id));
    await api.refused("addContact", add(ids[50] ?? ""), "MAX_CONTACTS");
    await api.refused("addContact", add(crypto.randomUUID()), "NOT_FOUND");
  });
});

test("a template has a name of its own, is one of a hundred, and the system's are the system's", async () => {
  const { token } = await register(api);
  const made = (number: number): Call => ({
    token,
    body: { ...contract.createScenarioTemplate.example.body, name: `Template ${number}` },
  });
  const { scenario_template } = await api.good("createScenarioTemplate", made(0));
  for (let number = 1; number < 100; number++) await api.good("createScenarioTemplate", made(number));
  await api.refused("createScenarioTemplate", made(100), "MAX_TEMPLATES");
  const params = { id: scenario_template.id };
  await api.refused(
    "updateScenarioTemplate",
    { token, params, body: { name: "Template 1" } },
    "DUPLICATE_NAME",
  );
  await api.good("deleteScenarioTemplate", { token, params });
  await api.refused("createScenarioTemplate", made(1), "DUPLICATE_NAME");
  const system = { id: systemTemplate };
  await api.refused("updateScenarioTemplate", { token, params: system, body: { name: "Mine" } }, "FORBIDDEN");
  await api.refused("deleteScenarioTemplate", { token, params: system }, "FORBIDDEN");
});

describe("a call", { timeout: 60_000 }, () => {
  test("wants a verified phone, a hold of one's own that is not used, and one at a time", async () => {
    const person = await callable();
    const { token } = person;
    const body = await wish(person);
    const unverified = await register(api);
    await addCard(unverified);
    const theirs = await wish(unverified);
    for (const name of ["createCall", "scheduleCall"] as const) {
      const time = name === "scheduleCall" ? later(60 * minute) : {};
      const ask = (more: object): Call => ({ token, body: { ...body, ...time, ...more } });
      await api.refused(
        name,
        { token: unverified.token, body: { ...theirs, ...time } },
        "PHONE_NOT_VERIFIED",
      );
      await api.refused(name, ask({ payment_intent_id: theirs.payment_intent_id }), "PAYMENT_REQUIRED");
      await api.refused(name, ask({ persona_id: crypto.randomUUID() }), "VALIDATION_ERROR");
    }
    const scheduled = { ...body, ...later(60 * minute) };
    await api.good("scheduleCall", { token, body: scheduled });
    await api.refused(
      "scheduleCall",
      { token, body: { ...scheduled, call_pretext: "Other" } },
      "IDEMPOTENCY_CONFLICT",
    );
    await api.refused("createCall", { token, body }, "PAYMENT_FAILED");
    const now = await wish(person);
    const { call } = await api.good("createCall", { token, body: now });
    await api.refused("scheduleCall", { token, body: { ...now, ...later(60 * minute) } }, "PAYMENT_FAILED");
    await api.refused("createCall", { token, body: await wish(person) }, "CONCURRENT_CALLS");
    await whileFailing("twilio", async () => {
      await api.refused("hangUpCall", { token, params: { id: call.id } }, "TWILIO_ERROR");
      await api.refused("voiceHangup", { token: voiceNodeKey, params: { call_id: call.id } }, "TWILIO_ERROR");
    });
    const stream = {
      call_id: call.id,
      stream_token: "made-up",
      call_sid: "CA1",
      stream_sid: "MZ1",
      node: "n1",
    };
    await api.refused("voiceOpenSession", { token: voiceNodeKey, body: stream }, "INVALID_STREAM_TOKEN");
    await api.good("hangUpCall", { token, params: { id: call.id } });
  });

  test("is heard beforehand in the persona's own voice, or not at all while that cannot be had", async () => {
    const { token } = await register(api);
    const params = { id: systemPersona };
    const { preview } = await api.good("previewPersona", { token, params });
    // Mu-law has 8 bytes for each millisecond, and nobody says this in less than a second.
    expect(Buffer.from(preview.audio, "base64").length).toBeGreaterThan(8_000);
    expect(preview.text).toBe((await api.good("getPersona", { token, params })).persona.greeting);
    await whileFailing("elevenlabs", () =>
      api.refused("previewPersona", { token, params }, "SERVICE_UNAVAILABLE"),
    );
    await api.refused("previewPersona", { token, params: { id: crypto.randomUUID() } }, "NOT_FOUND");
  });

  test("for a try-out wants a persona and a number of one's own, a key of its own, and stops after five", async () => {
    const person = await register(api);
    const { token } = person;
    const body = { phone_number: person.phone };
    const { persona } = await api.good("createPersona", { token, body: contract.createPersona.example.body });
    const params = { id: persona.id };
    await api.refused("tryPersona", { token, params, body }, "PHONE_NOT_VERIFIED");
    await verify(person);
    await api.refused("tryPersona", { token, params: { id: systemPersona }, body }, "FORBIDDEN");
    await api.refused("tryPersona", { token, params: { id: crypto.randomUUID() }, body }, "NOT_FOUND");
    await whileFailing("twilio", () => api.refused("tryPersona", { token, params, body }, "TWILIO_ERROR"));
    const other = await register(api);
    await verify(other);
    const theirs = await api.good("createPersona", {
      token: other.token,
      body: contract.createPersona.example.body,
    });
    const ask: Call = {
      token: other.token,
      params: { id: theirs.persona.id },
      body: { phone_number: other.phone },
    };
    await control("PUT", `phones/${other.phone}`, { behaviour: "no-answer" });
    const headers = { "Idempotency-Key": "try-1" };
    const { call } = await api.good("tryPersona", { ...ask, headers });
    expect((await api.good("tryPersona", { ...ask, headers })).call.id).toBe(call.id);
    const changed = { phone_number: other.phone, call_pretext: "Other" };
    await api.refused("tryPersona", { ...ask, headers, body: changed }, "IDEMPOTENCY_CONFLICT");
    await api.refused("tryPersona", ask, "CONCURRENT_CALLS");
    await control("PUT", `phones/${other.phone}`, { behaviour: "busy" });
    await api.good("hangUpCall", { token: other.token, params: { id: call.id } });
    const isFree = async () =>
      (await api.good("listCalls", { token: other.token })).calls.every(({ end_time }) => end_time !== null);
    for (let number = 1; number < 5; number += 1) {
      await expect.poll(isFree, { timeout: 20_000 }).toBe(true);
      await api.good("tryPersona", ask);
    }
    await expect.poll(isFree, { timeout: 20_000 }).toBe(true);
    const refusal = await api.refused("tryPersona", ask, "MAX_TRY_OUTS");
    expect(refusal.parsed.retry_after).toBeGreaterThan(86_000);
    await control("POST", `phones/${other.phone}/messages`, { body: "STOP" });
    await api.refused("tryPersona", ask, "CALL_BLOCKED");
  });

  test("that an agent logs is logged once under a key, and no other under the same one", async () => {
    const { token } = await register(api);
    const headers = { "Idempotency-Key": "agent-call-1" };
    const body = contract.logCall.example.body;
    const { id } = (await api.good("logCall", { token, headers, body })).call;
    expect((await api.good("logCall", { token, headers, body })).call.id).toBe(id);
    const other = { ...body, caller_name: "Somebody else" };
    await api.refused("logCall", { token, headers, body: other }, "IDEMPOTENCY_CONFLICT");
  });

  test("that the provider does not take is an error that is told", async () => {
    const person = await callable();
    const body = await wish(person);
    await whileFailing("twilio", () =>
      api.refused("createCall", { token: person.token, body }, "TWILIO_ERROR"),
    );
  });

  test("does not reach who said STOP", async () => {
    const person = await callable();
    const { token } = person;
    await control("POST", `phones/${person.phone}/messages`, { body: "STOP" });
    await api.refused("createCall", { token, body: await wish(person) }, "CALL_BLOCKED");
    const { parsed } = await api.refused(
      "scheduleCall",
      { token, body: await wish(person, later(60 * minute)) },
      "CALL_BLOCKED",
    );
    expect(parsed.details).toEqual({ reasons: ["suppressed"] });
  });

  test("is scheduled fifty times at most, and not cancelled in its last five minutes", async () => {
    const person = await callable();
    const { token } = person;
    const close = await api.good("scheduleCall", {
      token,
      body: await wish(person, later(5 * minute + 2000)),
    });
    for (let number = 1; number < 50; number++)
      await api.good("scheduleCall", { token, body: await wish(person, later(60 * minute)) });
    await api.refused(
      "scheduleCall",
      { token, body: await wish(person, later(60 * minute)) },
      "MAX_SCHEDULED",
    );
    const stranger = (await register(api)).token;
    const theirs = { token: stranger, params: { id: close.scheduled_call.id } };
    await api.refused("cancelScheduledCall", theirs, "FORBIDDEN");
    const lastMoment = Date.parse(close.scheduled_call.scheduled_time) - 5 * minute;
    await expect.poll(() => Date.now(), { timeout: 5_000 }).toBeGreaterThan(lastMoment);
    await api.refused(
      "cancelScheduledCall",
      { token, params: { id: close.scheduled_call.id } },
      "CANCELLATION_DENIED",
    );
  });
});

// The last test of the file: nobody operates after it.
test("an operator's account is locked too", async () => {
  await api.good("adminLogin", { body: operator });
  const wrong = { body: { ...operator, password: "Wrong-Password-1" } };
  for (let tries = 0; tries < 10; tries++) await api.refused("adminLogin", wrong, "INVALID_CREDENTIALS");
  await api.refused("adminLogin", { body: operator }, "ACCOUNT_LOCKED");
});
