// Every route's rate limit over HTTP, exact to the request also when all come at once. The hour's end is tried with a
// clock of its own in the gateway's tests.
import type { RouteName } from "@callmeback/shared/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stack } from "../../infra/stack/start-stack.ts";
import { startTestStack } from "../fixtures/test-stack.ts";
import { type Answer, ApiClient, type Call, routeOf, routesWhere } from "./client.ts";
import { register } from "./people.ts";

const operator = { email: "operator@example.com", password: "Operator-Pass-1" };
let stack: Stack;
let api: ApiClient;
let addresses = 0;

beforeAll(async () => {
  stack = await startTestStack({ ADMIN_EMAIL: operator.email, ADMIN_PASSWORD: operator.password });
  api = new ApiClient(stack.gatewayUrl);
}, 120_000);
afterAll(() => stack.stop());

/** Registering is limited per address, so each person comes from an own one. */
const fromElsewhere = () => {
  addresses += 1;
  return { "CF-Connecting-IP": `198.51.${Math.floor(addresses / 250)}.${1 + (addresses % 250)}` };
};

/** Asks so many times at once, with nothing that the route could act on where it takes a body. */
function askAtOnce(name: RouteName, times: number, call: Call): Promise<Answer[]> {
  const { body, bodyFormat } = routeOf(name);
  const nothing = body === undefined ? {} : { rawBody: bodyFormat === "form" ? "a=b" : "{}" };
  return Promise.all(Array.from({ length: times }, () => api.ask(name, { ...nothing, ...call })));
}

const window = { minute: 60, hour: 3600 } as const;

function expectExactly(limit: number, seconds: number, answers: Answer[]): void {
  const refused = answers.filter(({ error }) => error === "RATE_LIMIT_EXCEEDED");
  expect(refused.length).toBe(answers.length - limit);
  const remaining = answers
    .filter((answer) => !refused.includes(answer))
    .map(({ headers }) => headers.get("X-RateLimit-Remaining"));
  expect(remaining.map(Number).sort((a, b) => b - a)).toEqual(
    Array.from({ length: limit }, (_, index) => limit - 1 - index),
  );
  for (const { headers } of answers) {
    expect(headers.get("X-RateLimit-Limit")).toBe(String(limit));
    const resetIn = Number(headers.get("X-RateLimit-Reset")) - Date.now() / 1000;
    expect(resetIn).toBeGreaterThan(0);
    expect(resetIn).toBeLessThanOrEqual(seconds + 1);
  }
  for (const { headers } of refused) {
    const wait = Number(headers.get("Retry-After"));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(seconds);
  }
}

const isPersons = (name: RouteName) => ["user", "optional"].includes(routeOf(name).caller);
const limited = routesWhere(
  ({ rateLimit, caller }) => rateLimit !== null && ["none", "optional", "user"].includes(caller),
);

describe("a route takes exactly as many requests as it says", () => {
  test.each(limited.filter(isPersons))("%s, for each person apart", async (name) => {
    const { rateLimit } = routeOf(name);
    if (rateLimit === null) return;
    const headers = fromElsewhere();
    const [ada, eve] = [await register(api, headers), await register(api, headers)];
    const answers = await askAtOnce(name, rateLimit.limit + 3, { token: ada.token, headers });
    expectExactly(rateLimit.limit, window[rateLimit.window], answers);
    const [other] = await askAtOnce(name, 1, { token: eve.token, headers });
    expect(other?.error).not.toBe("RATE_LIMIT_EXCEEDED");
  });

  test.each(routesWhere(({ rateLimit, caller }) => rateLimit !== null && caller === "admin"))(
    "%s, for each operator",
    async (name) => {
      const { rateLimit } = routeOf(name);
      if (rateLimit === null) return;
      const { token } = await api.good("adminLogin", { body: operator, headers: fromElsewhere() });
      const answers = await askAtOnce(name, rateLimit.limit + 3, { token });
      expectExactly(rateLimit.limit, window[rateLimit.window], answers);
    },
  );

  test.each(limited.filter((name) => routeOf(name).caller !== "user"))(
    "%s, for each address apart",
    async (name) => {
      const { rateLimit } = routeOf(name);
      if (rateLimit === null) return;
      const limit = rateLimit.anonymous ?? rateLimit.limit;
      const answers = await askAtOnce(name, limit + 3, { headers: fromElsewhere() });
      expectExactly(limit, window[rateLimit.window], answers);
      const [other] = await askAtOnce(name, 1, { headers: fromElsewhere() });
      expect(other?.error).not.toBe("RATE_LIMIT_EXCEEDED");
    },
  );
});
