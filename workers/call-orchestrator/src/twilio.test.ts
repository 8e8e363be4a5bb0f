// What is asked of Twilio again, and what never is. A server of its own stands for Twilio at its worst.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Twilio, TwilioRefusal } from "./twilio.ts";

type Answer = { status: number; body?: object; retryAfter?: string } | "hangs up";

let server: Server;
let twilio: Twilio;
let asked: string[];
/** What is answered, one after the other; the last one for ever. */
let answers: Answer[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split("/").at(-1)}`);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined || answer === "hangs up") {
      request.socket.destroy();
      return;
    }
    const { status, body = {}, retryAfter } = answer;
    response.writeHead(status, retryAfter === undefined ? {} : { "Retry-After": retryAfter });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  twilio = new Twilio({
    apiUrl: `http://127.0.0.1:${port}`,
    accountSid: "AC1",
    authToken: "t",
    fromNumber: "+15005550006",
  });
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  asked = [];
});

const call = { sid: "CA1", status: "queued", duration: null };
const created: Answer = { status: 201, body: call };
const tooMany: Answer = { status: 429, body: { code: 20429 } };
const broken: Answer = { status: 500 };
const place = () =>
  twilio.placeCall({ to: "+14155550123", answerUrl: "a", statusUrl: "s", timeLimitSeconds: 60 });

describe("a new call", () => {
  test("that Twilio did not look at is asked for again", async () => {
    answers = [tooMany, { ...tooMany, retryAfter: "1" }, created];
    expect((await place()).sid).toBe("CA1");
    expect(asked).toHaveLength(3);
  });

  test.each<[string, Answer]>([
    ["a fault of Twilio's", broken],
    ["a connection that broke", "hangs up"],
    ["a clear no", { status: 400, body: { code: 21211 } }],
  ])("is asked for once after %s: a phone must not ring twice", async (_, answer) => {
    answers = [answer, created];
    await expect(place()).rejects.toThrow();
    expect(asked).toEqual(["POST Calls.json"]);
  });

  test("that is not looked at for too long is given up", async () => {
    answers = [tooMany];
    await expect(place()).rejects.toMatchObject({ status: 429 });
    expect(asked).toHaveLength(3);
    asked = [];
    answers = [{ ...tooMany, retryAfter: "60" }];
    await expect(place()).rejects.toBeInstanceOf(TwilioRefusal);
    expect(asked).toHaveLength(1);
  });
});

describe("the end of a call", () => {
  test.each<[string, Answer]>([
    ["a fault of Twilio's", broken],
    ["a connection that broke", "hangs up"],
    ["too many requests", tooMany],
  ])("is asked for again after %s", async (_, answer) => {
    answers = [answer, { status: 200, body: { ...call, status: "completed" } }];
    await twilio.endCall("CA1", "completed");
    expect(asked).toEqual(["POST CA1.json", "POST CA1.json"]);
  });

  test("that never comes is an error that says so", async () => {
    answers = [broken];
    await expect(twilio.endCall("CA1", "completed")).rejects.toMatchObject({ code: "TWILIO_ERROR" });
    expect(asked).toHaveLength(3);
  });

  test("of a call that has ended is no error", async () => {
    answers = [{ status: 400, body: { code: 21220 } }];
    await twilio.endCall("CA1", "completed");
    expect(asked).toHaveLength(1);
  });
});

test("an SMS is asked for once when its fate is not known", async () => {
  answers = [broken, { status: 201 }];
  await expect(twilio.sendMessage("+14155550123", "Hello")).rejects.toThrow();
  expect(asked).toEqual(["POST Messages.json"]);
});
