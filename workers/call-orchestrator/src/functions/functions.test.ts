// What a persona does by its maker's service: who is asked, with what, how they can tell that it is us, and what the model is told.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type CallWorld, openCallWorld } from "../../../../tests/fixtures/call-world.ts";
import { addPerson } from "../../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.ts";
import { callFunction } from "./call-function.ts";
import { functionSecret } from "./signature.ts";

let database: TestDatabase;
let world: CallWorld;
let server: Server;
let url: string;
let asked: { headers: Record<string, string>; body: string }[];
let answer: (response: ServerResponse, request: IncomingMessage) => void;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  world = await openCallWorld(database);
  asked = [];
  answer = (response) => response.end(JSON.stringify({ result: "It was sent this morning." }));
  server = createServer(async (request, response) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    asked.push({ headers, body: await text(request) });
    answer(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const order = {
  name: "get_order_status",
  description: "Tells where an order is.",
  parameters: {
    order: { type: "string", description: "The order's number.", required: true },
    express: { type: "boolean", description: "Whether it is urgent.", required: false },
    size: { type: "string", description: "Of the parcel.", enum: ["small", "large"], required: false },
  },
};

/** A call that is held with a persona that can do this, somewhere. */
async function held(where = url): Promise<{ id: string; sid: string }> {
  const functions = JSON.stringify([{ ...order, url: where }]);
  await world.makePersona(`functions = '${functions.replaceAll("'", "''")}'`);
  const call = await world.place();
  const { opened } = await world.connect(call);
  // The voice pipeline is told what it can do, and not where.
  expect(opened.session.persona.functions).toEqual([order]);
  return call;
}
const wish = (given: unknown, name = order.name) => ({
  id: "wish-1",
  name,
  arguments: typeof given === "string" ? given : JSON.stringify(given),
});
const apology = expect.stringMatching(/^error: .* Say in your own words that it did not work\.$/);

describe("the service of a persona's maker", () => {
  test("is asked once, with what the model gave, signed so that any library of Standard Webhooks verifies it", async () => {
    const call = await held();
    const done = await callFunction(world.deps, call.id, wish({ order: "A 7", express: true, mood: "good" }));
    expect(done).toEqual({ ok: true, result: "It was sent this morning." });
    expect(asked).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: "" }] = asked;
    const { secret } = await functionSecret(world.deps, world.context());
    const told = new Webhook(secret).verify(body, headers);
    expect(told).toMatchObject({
      type: "function.called",
      data: {
        call_id: call.id,
        persona_id: world.personaId,
        function: "get_order_status",
        arguments: { order: "A 7", express: true },
      },
    });
    expect(body).not.toContain("mood");
    expect(body).not.toContain(world.person.phone);
    expect(headers["webhook-id"]).toBe("wish-1");
    const stranger = await functionSecret(world.deps, world.context(await addPerson(database)));
    expect(() => new Webhook(stranger.secret).verify(body, headers)).toThrow();
  });

  test.each([
    ["plain words", "text/plain", "Nothing is open.", "Nothing is open."],
    ["a result that is no text", "application/json", '{"result":{"left":3}}', '{"left":3}'],
    ["JSON without a result", "application/json", '{"left":3}', '{"left":3}'],
    ["nothing", "text/plain", "", "done"],
    ["far too much", "text/plain", "x".repeat(100_000), "x".repeat(2_000)],
  ])("may answer with %s", async (_, type, body, result) => {
    answer = (response) => response.writeHead(200, { "content-type": type }).end(body);
    const call = await held();
    expect(await callFunction(world.deps, call.id, wish({ order: "1" }))).toEqual({ ok: true, result });
  });

  test("that fails, leads elsewhere or is not there is told to the model in words, and asked no more", async () => {
    const call = await held();
    answer = (response) => response.writeHead(500).end("a secret of the maker's");
    const failing = await callFunction(world.deps, call.id, wish({ order: "1" }));
    expect(failing).toEqual({ ok: false, result: expect.stringContaining("status 500") });
    expect(failing.result).not.toContain("secret");
    answer = (response) => response.writeHead(302, { location: `${url}/elsewhere` }).end();
    const redirected = await callFunction(world.deps, call.id, wish({ order: "1" }));
    expect(redirected).toEqual({ ok: false, result: apology });
    expect(asked).toHaveLength(2);
    server.close();
    server.closeAllConnections();
    expect(await callFunction(world.deps, call.id, wish({ order: "1" }))).toEqual({
      ok: false,
      result: expect.stringContaining("nobody answered"),
    });
  });

  test("that does not answer is given up before the conversation gives it up", async () => {
    answer = () => {};
    const call = await held();
    const from = performance.now();
    const late = await callFunction(world.deps, call.id, wish({ order: "1" }));
    expect(late).toEqual({ ok: false, result: expect.stringContaining("in time") });
    expect(performance.now() - from).toBeLessThan(4_000);
  });

  test.each([
    ["no JSON", "{order"],
    ["no object", "[1]"],
    ["less than is needed", { express: true }],
    ["another type", { order: 7 }],
    ["a value that is none of the allowed", { order: "7", size: "huge" }],
  ])("is not asked with %s", async (_, given) => {
    const call = await held();
    expect(await callFunction(world.deps, call.id, wish(given))).toEqual({ ok: false, result: apology });
    expect(asked).toEqual([]);
  });

  test("is not asked for what the persona cannot do, nor in a call that is over or never was", async () => {
    const call = await held();
    expect(await callFunction(world.deps, call.id, wish({}, "erase_orders"))).toEqual({
      ok: false,
      result: apology,
    });
    await world.end(call, 10);
    for (const id of [call.id, crypto.randomUUID()])
      await expect(callFunction(world.deps, id, wish({ order: "1" }))).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
    expect(asked).toEqual([]);
  });
});
