// Random input for every route over HTTP, with the contract as the judge: what it takes never ends in a 5xx, what it
// refuses is a 400 that names every fault. A seed that failed is printed and may be given as SEED.
import type { RouteName } from "@callmeback/shared/contract";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Stack } from "../../infra/stack/start-stack.ts";
import { startTestStack } from "../fixtures/test-stack.ts";
import { inputFor } from "./arbitrary-input.ts";
import { type Answer, ApiClient, routeOf, routesWhere } from "./client.ts";
import { register } from "./people.ts";

const runs = Number(process.env.API_RUNS ?? "25");
const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

const operator = { email: "operator@example.com", password: "Operator-Pass-1" };
let stack: Stack;
let api: ApiClient;

beforeAll(async () => {
  stack = await startTestStack({
    RATE_LIMIT_SCALE: "100000",
    ADMIN_EMAIL: operator.email,
    ADMIN_PASSWORD: operator.password,
  });
  api = new ApiClient(stack.gatewayUrl);
}, 120_000);
afterAll(() => stack.stop());

const named = z.object({ details: z.object({ fields: z.array(z.object({ path: z.string() })) }) });

/** The paths that the contract finds fault with; empty when it takes the input. */
function faultsOf(name: RouteName, body: unknown, query: Record<string, string>): string[] {
  const route = routeOf(name);
  const issues = [route.body?.safeParse(body), route.query?.safeParse(query)].flatMap(
    (result) => result?.error?.issues ?? [],
  );
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => [...issue.path, key].join("."))
      : [issue.path.map(String).join(".")],
  );
}

const tried = routesWhere(
  ({ caller, bodyFormat, body, query }) =>
    ["none", "optional", "user", "admin"].includes(caller) &&
    bodyFormat === undefined &&
    (body ?? query) !== undefined,
);

describe("whatever is sent", () => {
  test.each(tried)("%s takes it or says what is wrong with it", { timeout: 120_000 }, async (name) => {
    const enter = () =>
      routeOf(name).caller === "admin" ? api.good("adminLogin", { body: operator }) : register(api);
    let { token } = await enter();
    await fc.assert(
      fc.asyncProperty(inputFor(routeOf(name)), async ({ body, query }) => {
        // What crosses the wire is JSON, so the judge sees what the gateway sees.
        const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
        const expected = faultsOf(name, sent, query);
        const answer: Answer = await api.ask(name, {
          ...(sent === undefined ? {} : { body: sent }),
          query: `?${new URLSearchParams(query)}`,
          ...(routeOf(name).caller === "none" ? {} : { token }),
        });
        // Some routes end the session or the account; the next run wants a living one.
        if (answer.status === 401) ({ token } = await enter());
        expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
        if (expected.length === 0) return;
        expect(answer).toMatchObject({ status: 400, error: "VALIDATION_ERROR" });
        expect(
          named
            .parse(answer.body)
            .details.fields.map(({ path }) => path)
            .sort(),
        ).toEqual(expected.sort());
      }),
      { numRuns: runs, ...seed },
    );
  });
});
