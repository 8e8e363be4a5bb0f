import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import { Recognizer } from "./speech/recognizer.ts";
import { speak } from "./speech/speak.ts";
import { openSocket } from "./testing/open-socket.ts";
import { signatureOf } from "./twilio/signature.ts";

const twilio = {
  accountSid: `AC${"0".repeat(32)}`,
  authToken: "token",
  fromNumber: "+15005550006",
  verifyKeySid: `SK${"0".repeat(32)}`,
  verifyKeySecret: "verify",
  verifyServiceSid: `VA${"0".repeat(32)}`,
};
const authorization = `Basic ${btoa(`${twilio.accountSid}:${twilio.authToken}`)}`;

/** The product, as far as these tests need one: it greets, answers each first word heard, and notes the callbacks. */
const callbacks: { form: URLSearchParams; isSigned: boolean }[] = [];
let wake = (): void => {};
const heardByProduct: string[] = [];
const greet = (ws: WebSocket): void => {
  const recognizer = new Recognizer();
  ws.on("message", (data) => {
    const { event, streamSid, media } = JSON.parse(String(data));
    const say = (text: string): void => {
      const payload = speak(text).audio.toString("base64");
      ws.send(JSON.stringify({ event: "media", streamSid, media: { payload } }));
    };
    if (event === "start") say("Hi from Ada.");
    if (event !== "media") return;
    for (const heard of recognizer.push(Buffer.from(media.payload, "base64")))
      if (heard.type === "word") heardByProduct.push(heard.text);
  });
};
const sockets = new WebSocketServer({ noServer: true });
let productUrl = "";
const product = createServer(async (request, response) => {
  const form = new URLSearchParams((await buffer(request)).toString());
  if (request.url === "/answer") {
    const stream = `<Stream url="${productUrl.replace("http", "ws")}/stream"><Parameter name="a" value="1 &amp; 2"/></Stream>`;
    response.end(`<?xml version="1.0"?><Response><Connect>${stream}</Connect></Response>`);
    return;
  }
  const signature = signatureOf(twilio.authToken, `${productUrl}${request.url}`, [...form]);
  callbacks.push({ form, isSigned: request.headers["x-twilio-signature"] === signature });
  response.end();
  wake();
});
const handshakes: string[] = [];
product.on("upgrade", (request, socket, head) => {
  const signed = request.rawHeaders.indexOf("x-twilio-signature");
  handshakes.push(request.rawHeaders[signed + 1] ?? "");
  sockets.handleUpgrade(request, socket, head, greet);
});

let sandbox: Sandbox;
beforeAll(async () => {
  await new Promise<void>((resolve) => product.listen(0, "127.0.0.1", resolve));
  const address = product.address();
  productUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  sandbox = await startSandbox({
    port: 0,
    isRealLatency: false,
    twilio,
    stripe: { secretKey: "sk_test_a", publishableKey: "pk_test_a", webhookSecret: "whsec_a" },
    deepgram: { apiKey: "d" },
    llm: { apiKey: "l" },
    elevenLabs: { apiKey: "e" },
  });
});
afterAll(async () => {
  await sandbox.close();
  product.closeAllConnections();
  product.close();
});

const control = (method: string, path: string, body?: unknown) =>
  fetch(`${sandbox.url}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const phone = async (number: string) => JSON.parse(await (await control("GET", `phones/${number}`)).text());
const rest = async (path: string, form: [string, string][]) => {
  const body = new URLSearchParams(form);
  const response = await fetch(`${sandbox.url}${path}`, {
    method: "POST",
    headers: { authorization },
    body,
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const calls = `/2010-04-01/Accounts/${twilio.accountSid}/Calls.json`;
const dial = (to: string, more: [string, string][] = []) =>
  rest(calls, [
    ["To", to],
    ["From", twilio.fromNumber],
    ["Url", `${productUrl}/answer`],
    ["StatusCallback", `${productUrl}/status`],
    ...["initiated", "ringing", "answered", "completed"].map((event): [string, string] => [
      "StatusCallbackEvent",
      event,
    ]),
    ...more,
  ]);
/** The callbacks of one call, once its last one has come. */
const allCallbacks = async (sid: string, count: number) => {
  const of = () => callbacks.filter(({ form }) => form.get("CallSid") === sid);
  while (of().length < count)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  return of().sort(
    (one, other) => Number(one.form.get("SequenceNumber")) - Number(other.form.get("SequenceNumber")),
  );
};

describe("a call", () => {
  it("rings, is answered, carries words both ways and ends when the handset hangs up", async () => {
    const number = "+14155550101";
    const script = [{ say: "Good day, who is this?" }, { hangup: true }];
    await control("PUT", `phones/${number}`, { behaviour: "answer", answerAfterMs: 0, script });
    const { status, body } = await dial(number);
    expect([status, body.status]).toEqual([201, "queued"]);
    const told = await allCallbacks(body.sid, 4);
    expect(told.every(({ isSigned }) => isSigned)).toBe(true);
    expect(handshakes.at(-1)).toBe(
      signatureOf(twilio.authToken, `${productUrl.replace("http", "ws")}/stream`, []),
    );
    expect(told.map(({ form }) => form.get("CallStatus"))).toEqual([
      "initiated",
      "ringing",
      "in-progress",
      "completed",
    ]);
    expect(Number(told[3]?.form.get("CallDuration"))).toBeGreaterThan(0);
    expect(told[3]?.form.get("Duration")).toBe("1");
    const [call] = (await phone(number)).calls;
    expect(call.heard.map(({ text }: { text: string }) => text)).toEqual(["Hi from Ada."]);
    expect(call.state).toBe("completed");
    expect(heardByProduct.join(" ")).toBe("Good day, who is this?");
  });

  it.each([
    ["busy", "busy", "486", []],
    ["decline", "busy", "603", []],
    ["no-answer", "no-answer", "487", [["Timeout", "1"]]],
  ] as const)("to a handset that does '%s' ends as %s", async (behaviour, status, sip, more) => {
    const number = `+1415555${behaviour.length}999`;
    await control("PUT", `phones/${number}`, { behaviour, answerAfterMs: 0 });
    const { body } = await dial(
      number,
      more.map(([name, value]) => [name, value]),
    );
    const last = (await allCallbacks(body.sid, 3)).at(-1)?.form;
    expect([last?.get("CallStatus"), last?.get("SipResponseCode"), last?.get("CallDuration")]).toEqual([
      status,
      sip,
      "0",
    ]);
  });

  it.each([
    ["+15005550001", 21217],
    ["+15005550004", 21216],
    ["12", 21211],
  ])("to %s is refused with %i", async (number, code) => {
    expect((await dial(number)).body.code).toBe(code);
  });
});

describe("a live handset", () => {
  it("is rung, answers, hears the persona and is hung up when the call is ended over REST", async () => {
    const number = "+14155550120";
    const handset = await openSocket(`${sandbox.url.replace("http", "ws")}/control/phones/${number}/handset`);
    await handset.waitFor(({ type }) => type === "ready");
    const { body } = await dial(number);
    await handset.waitFor(({ type, sid }) => type === "ringing" && sid === body.sid);
    handset.send({ type: "answer" });
    await handset.waitFor(({ type }) => type === "answered");
    await handset.waitFor(({ type, text }) => type === "heard" && text === "Ada.");
    const path = `${calls.replace(".json", "")}/${body.sid}.json`;
    expect((await rest(path, [["Status", "completed"]])).body.status).toBe("completed");
    expect(await handset.waitFor(({ type }) => type === "ended")).toMatchObject({ state: "completed" });
    expect((await rest(path, [["Status", "completed"]])).body.code).toBe(21220);
    handset.close();
  });
});

describe("a live handset whose page is reloaded", () => {
  it("finds its running call again and hears it", async () => {
    const number = "+14155550121";
    const address = `${sandbox.url.replace("http", "ws")}/control/phones/${number}/handset`;
    const before = await openSocket(address);
    await before.waitFor(({ type }) => type === "ready");
    const { body } = await dial(number);
    await before.waitFor(({ type }) => type === "ringing");
    before.send({ type: "answer" });
    await before.waitFor(({ type }) => type === "answered");
    before.close();
    const after = await openSocket(address);
    await after.waitFor(({ type, sid }) => type === "answered" && sid === body.sid);
    await after.waitFor(({ type }) => type === "audio");
    after.send({ type: "hangup" });
    expect(await after.waitFor(({ type }) => type === "ended")).toMatchObject({ state: "completed" });
    after.close();
  });
});

describe("a code by SMS", () => {
  it("arrives on the phone, and only that code verifies it", async () => {
    const service = `/v2/Services/${twilio.verifyServiceSid}`;
    const number = "+14155550107";
    expect(
      (
        await rest(`${service}/Verifications`, [
          ["To", number],
          ["Channel", "sms"],
        ])
      ).status,
    ).toBe(201);
    const code = /\d{6}/.exec((await phone(number)).messages[0].body)?.[0] ?? "";
    const check = (tried: string) =>
      rest(`${service}/VerificationCheck`, [
        ["To", number],
        ["Code", tried],
      ]);
    expect((await check(code === "000000" ? "000001" : "000000")).body.valid).toBe(false);
    expect((await check(code)).body).toMatchObject({ valid: true, status: "approved" });
    expect((await check(code)).body.code).toBe(20404);
  });

  it("is sent five times and tried five times, and made anew when the verification is cancelled", async () => {
    const service = `/v2/Services/${twilio.verifyServiceSid}`;
    const number = "+14155550108";
    const send = () =>
      rest(`${service}/Verifications`, [
        ["To", number],
        ["Channel", "sms"],
      ]);
    const { sid } = (await send()).body;
    for (let again = 0; again < 4; again++) expect((await send()).body.sid).toBe(sid);
    expect((await send()).body).toMatchObject({ code: 60203, status: 429 });
    const codes = (await phone(number)).messages.map(({ body }: { body: string }) => /\d{6}/.exec(body)?.[0]);
    expect(new Set(codes).size).toBe(1);
    const check = () =>
      rest(`${service}/VerificationCheck`, [
        ["VerificationSid", sid],
        ["Code", codes[0] === "000000" ? "000001" : "000000"],
      ]);
    for (let again = 0; again < 5; again++) expect((await check()).body.status).toBe("pending");
    expect((await check()).body).toMatchObject({ code: 60202, status: 429 });
    expect((await rest(`${service}/Verifications/${sid}`, [["Status", "canceled"]])).body.status).toBe(
      "canceled",
    );
    expect((await check()).body.code).toBe(20404);
    expect((await send()).body.sid).not.toBe(sid);
  });
});

describe("the control surface", () => {
  it("refuses a step that it does not know, and a fault out of bounds", async () => {
    expect((await control("PUT", "phones/+14155550101", { script: [{ sing: "la" }] })).status).toBe(400);
    expect((await control("PUT", "faults/twilio", { errorRate: 2 })).status).toBe(400);
    expect((await control("PUT", "faults/nobody", {})).status).toBe(400);
  });

  it("makes a provider fail in its own words, until it is cleared", async () => {
    await control("PUT", "faults/twilio", { status: 429, retryAfter: 3 });
    expect((await dial("+14155550101")).body).toMatchObject({ code: 20429, status: 429 });
    await control("DELETE", "faults/twilio");
    expect((await dial("12")).body.code).toBe(21211);
  });
});
