// A persona looks something up at its maker's own service in the middle of a call, through the whole house: by sound on one side,
// by a signed request on the other.
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stack } from "../infra/stack/start-stack.ts";
import { addPersonaMaker, type PersonaMaker } from "./fixtures/persona-maker.ts";
import { startTestStack } from "./fixtures/test-stack.ts";

let stack: Stack;
let maker: PersonaMaker;
let service: Server;
const asked: { headers: Record<string, string>; body: string }[] = [];
/** One for each time that the service is asked. */
const answers: ((response: ServerResponse) => Promise<unknown>)[] = [
  async (response) => response.end('{"result":"It is on its way."}'),
  // Long enough that a caller would wonder.
  async (response) => {
    await pause(1_000);
    response.end('{"result":"It was lost at sea."}');
  },
  async (response) => response.writeHead(503).end("out of order"),
];

beforeAll(async () => {
  service = createServer(async (request, response) => {
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    asked.push({ headers: Object.fromEntries(headers), body: await text(request) });
    await answers[asked.length - 1]?.(response);
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
  stack = await startTestStack({ RATE_LIMIT_SCALE: "100" });
  maker = await addPersonaMaker(stack, {
    functions: [
      {
        name: "get_order_status",
        description: "Tells where an order is.",
        parameters: { order: { type: "integer", description: "The order's number.", required: true } },
        url,
      },
    ],
  });
}, 120_000);
afterAll(async () => {
  await stack.stop();
  service.closeAllConnections();
  service.close();
});

test("what the service answers is said; what is slow is bridged, and what fails is owned up to", {
  timeout: 120_000,
}, async () => {
  const id = await maker.callWith(
    "What is the status of order 42?",
    "And the status of order 43?",
    "And the status of order 44?",
  );
  const call = await maker.detail(id);
  expect(call.end_reason).toBe("persona_goodbye");
  const said = call.turns.filter(({ speaker }) => speaker === "persona").map((turn) => turn.text);
  expect(said[1]).toContain("It is on its way");
  expect(said[1]).not.toContain("One moment");
  expect(said[2]).toMatch(/One moment, please.*lost at sea/);
  expect(said[3]).toContain("could not find that out");

  const { secret } = await maker.api.good("functionSecret", { token: maker.token });
  const told = asked.map(({ headers, body }) => new Webhook(secret).verify(body, headers));
  expect(told).toMatchObject(
    [42, 43, 44].map((order) => ({
      type: "function.called",
      data: { call_id: id, persona_id: maker.persona.id, function: "get_order_status", arguments: { order } },
    })),
  );
  expect(new Set(asked.map(({ headers }) => headers["webhook-id"])).size).toBe(3);
  // That a provider failed is one thing; that the maker's service did costs the caller what it takes.
  expect(call.credit).toBeNull();
});
