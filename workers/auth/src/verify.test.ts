import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Verify } from "./verify.ts";

let server: Server;
let answer: { status: number; body: string };
let verify: Verify;

beforeEach(async () => {
  server = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  verify = new Verify({ apiUrl: `http://127.0.0.1:${port}`, serviceSid: "VA", keySid: "SK", keySecret: "s" });
});
afterEach(() => server.close());

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "no error",
    (error: { code?: string }) => error.code,
  );

describe("what Verify answers", () => {
  test.each([60202, 60203, 60212])("429 with %i is about this number", async (code) => {
    answer = { status: 429, body: JSON.stringify({ code, status: 429 }) };
    expect(await codeOf(verify.send("+14155550123"))).toBe("TOO_MANY_CODES");
  });

  test.each([
    ["429 about our account", 429, '{"code":20429}'],
    ["429 without a word", 429, ""],
    ["a page instead of JSON", 200, "<html>"],
    ["JSON of another form", 200, '{"ok":true}'],
    ["500", 500, "{}"],
  ])("%s is the provider's fault", async (_what, status, body) => {
    answer = { status, body };
    expect(await codeOf(verify.send("+14155550123"))).toBe("TWILIO_ERROR");
    expect(await codeOf(verify.check("VE1", "123456"))).toBe("TWILIO_ERROR");
  });

  test("a body that breaks off is the provider's fault too", async () => {
    server.removeAllListeners("request");
    server.on("request", (_request, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("{");
      setImmediate(() => response.destroy());
    });
    expect(await codeOf(verify.send("+14155550123"))).toBe("TWILIO_ERROR");
  });

  test("a verification that is gone is no error when it is checked or cancelled", async () => {
    answer = { status: 404, body: '{"code":20404}' };
    expect(await verify.check("VE1", "123456")).toBe("gone");
    await expect(verify.cancel("VE1")).resolves.toBeUndefined();
  });
});
