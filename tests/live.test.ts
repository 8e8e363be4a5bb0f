// Watching a call as a browser does: a WebSocket with the token as a subprotocol, through the whole house.
import { randomUUID } from "node:crypto";
import { type LiveMessage, liveMessage, liveProtocol, tokenProtocol } from "@callmeback/shared/contract/live";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stack } from "../infra/stack/start-stack.ts";
import { ApiClient } from "./api/client.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

let stack: Stack;
let api: ApiClient;

beforeAll(async () => {
  stack = await startTestStack({ RATE_LIMIT_SCALE: "100" });
  api = new ApiClient(stack.gatewayUrl);
}, 120_000);
afterAll(() => stack.stop());

/** Somebody who can be called. */
async function caller(phone: string) {
  const body = {
    name: "Ada Lovelace",
    email: `${randomUUID()}@example.com`,
    password: "SecurePass123!",
    phone,
  };
  const { token } = await api.good("register", { body });
  await api.good("startPhoneVerification", { token });
  const handset = `${stack.sandboxUrl}/control/phones/${phone}`;
  const code = /code is: (\d{6})/.exec(await (await fetch(handset)).text())?.[1];
  await api.good("checkPhoneVerification", { token, body: { code } });
  await api.good("addPaymentMethod", { token, body: { payment_method_id: "pm_card_visa" } });
  const script = [{ say: "Hello, my name is Ada." }, { say: "What time is it?" }, { hangup: true }];
  await fetch(handset, { method: "PUT", body: JSON.stringify({ behaviour: "answer", script }) });
  const call = async () => {
    const hold = await api.good("createPaymentIntent", { token, body: { estimated_duration: 5 } });
    const persona_id = "01990000-0000-7000-8000-000000000001";
    const body = { phone_number: phone, persona_id, payment_intent_id: hold.payment_intent_id };
    return (await api.good("createCall", { token, body })).call.id;
  };
  return { token, call, email: body.email, password: body.password };
}

interface Watch {
  messages: LiveMessage[];
  /** The code with which the socket closed. */
  closed: Promise<number>;
  drop(): void;
}

function watch(
  token: string,
  callId: string,
  after = 0,
  onMessage: (message: LiveMessage) => void = () => {},
): Watch {
  const url = `${stack.gatewayUrl.replace("http", "ws")}/api/calls/${callId}/live?after=${after}`;
  const socket = new WebSocket(url, [liveProtocol, `${tokenProtocol}${token}`]);
  const messages: LiveMessage[] = [];
  socket.addEventListener("message", ({ data }) => {
    const message = liveMessage.parse(JSON.parse(String(data)));
    messages.push(message);
    onMessage(message);
  });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener("close", ({ code }) => resolve(code));
  });
  return { messages, closed, drop: () => socket.close() };
}

const turnsOf = (messages: LiveMessage[]) => messages.filter((message) => message.type === "turn");

describe("a watched call", { timeout: 90_000 }, () => {
  test("shows its states, both sides' words as they come, and each turn once, also to one who drops out and comes back", async () => {
    const { token, call } = await caller("+14155550181");
    const id = await call();
    const whole = watch(token, id);
    let first: Watch | undefined;
    const lost = new Promise<void>((resolve) => {
      first = watch(token, id, 0, (message) => {
        if (message.type === "turn" && message.seq > 2) {
          first?.drop();
          resolve();
        }
      });
    });
    await lost;
    const seen = turnsOf(first?.messages ?? []);
    const second = watch(token, id, seen.at(-1)?.seq ?? 0);
    expect(await whole.closed).toBe(1000);
    expect(await second.closed).toBe(1000);

    const states = whole.messages.flatMap((message) =>
      message.type === "call" ? [message.call.status] : [],
    );
    const order = [...new Set(states)];
    expect(order.at(-1)).toBe("completed");
    expect(order).toContain("in-progress");
    const speakers = new Set(
      whole.messages.flatMap((message) => (message.type === "words" ? [message.speaker] : [])),
    );
    expect(speakers).toEqual(new Set(["caller", "persona"]));

    const detail = (await api.good("getCall", { token, params: { id } })).call;
    const stored = detail.turns.map(({ seq, text }) => `${seq} ${text}`);
    const live = (messages: LiveMessage[]) => turnsOf(messages).map(({ seq, text }) => `${seq} ${text}`);
    expect(live(whole.messages)).toEqual(stored);
    expect([...live(first?.messages ?? []), ...live(second.messages)]).toEqual(stored);
    const last = whole.messages.findLast((message) => message.type === "call");
    expect(last).toMatchObject({
      call: { cost: detail.cost, duration: detail.duration, end_reason: "caller_hangup" },
    });

    // Words were there before the turn that they became.
    const firstWords = whole.messages.findIndex(
      (message) => message.type === "words" && message.speaker === "caller",
    );
    const firstTurn = whole.messages.findIndex(
      (message) => message.type === "turn" && message.speaker === "caller",
    );
    expect(firstWords).toBeLessThan(firstTurn);

    // One who comes after the end gets all of it at once, and the socket closes.
    const late = watch(token, id);
    expect(await late.closed).toBe(1000);
    expect(live(late.messages)).toEqual(stored);
  });

  test("is watched no more under a token that was revoked meanwhile", async () => {
    const { token, call, email, password } = await caller("+14155550184");
    const id = await call();
    const { token: other } = await api.good("login", { body: { email, password } });
    const [gone, stays] = [watch(token, id), watch(other, id)];
    await expect.poll(() => [gone.messages.length, stays.messages.length]).not.toContain(0);
    await api.good("logout", { token });
    expect(await gone.closed).toBe(4401);
    expect(await stays.closed).toBe(1000);
  });

  test("is watched by its owner alone", async () => {
    const { token, call } = await caller("+14155550182");
    const { token: stranger } = await caller("+14155550183");
    const id = await call();
    expect(await watch(stranger, id).closed).not.toBe(1000);
    expect(await watch("made.up.token", id).closed).not.toBe(1000);
    await api.refused("liveCall", { token, params: { id } }, "UPGRADE_REQUIRED");
    await api.good("hangUpCall", { token, params: { id } });
  });
});
