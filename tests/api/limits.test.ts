// Each limit of each field of each route over HTTP: a value at it is taken, one beyond it is refused by name.
import { contract, type RouteName } from "@callmeback/shared/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Stack } from "../../infra/stack/start-stack.ts";
import { startTestStack } from "../fixtures/test-stack.ts";
import { type Answer, ApiClient, routeOf, routesWhere } from "./client.ts";
import { note } from "./coverage.ts";
import { type FieldLimit, limitsOf, withField } from "./field-limits.ts";
import { register } from "./people.ts";

let stack: Stack;
let api: ApiClient;

beforeAll(async () => {
  stack = await startTestStack({ RATE_LIMIT_SCALE: "1000" });
  api = new ApiClient(stack.gatewayUrl);
}, 120_000);
afterAll(() => stack.stop());

const faults = z.object({ details: z.object({ fields: z.array(z.object({ path: z.string() })) }) });

/** The fields that an answer names as wrong. */
function namedFaults(answer: Answer): string[] {
  if (answer.error !== "VALIDATION_ERROR") return [];
  return faults.parse(answer.body).details.fields.map(({ path }) => path);
}

const limited = routesWhere(
  ({ caller, bodyFormat }) => bodyFormat === undefined && ["none", "optional", "user"].includes(caller),
).flatMap((name) =>
  limitsOf(routeOf(name)).map((limit) => ({ name, limit, title: `${name}: ${limit.label}` })),
);

/** Sends the route's example with this one field changed. */
async function send(
  name: RouteName,
  { part, path }: FieldLimit,
  value: unknown,
  token: string,
): Promise<Answer> {
  const { caller, example } = routeOf(name);
  const changed = withField(example?.[part] ?? {}, path, value);
  const body = part === "body" ? changed : example?.body;
  const query = part === "query" ? z.record(z.string(), z.coerce.string()).parse(changed) : example?.query;
  return api.ask(name, {
    ...(body === undefined ? {} : { body }),
    ...(query === undefined ? {} : { query: `?${new URLSearchParams(query)}` }),
    ...(caller === "none" ? {} : { token }),
  });
}

test("every route with a body shows an example of it", () => {
  const bare = routesWhere(({ body, caller, example }) => {
    const isTried = ["none", "optional", "user", "admin"].includes(caller);
    return isTried && body !== undefined && example?.body === undefined;
  });
  expect(bare).toEqual([]);
});

describe("the limits of each field", () => {
  test.each(limited)("$title", async ({ name, limit }) => {
    const schema = contract[name] && routeOf(name)[limit.part];
    const base = routeOf(name).example?.[limit.part] ?? {};
    const fits = limit.at.find((value) => schema?.safeParse(withField(base, limit.path, value)).success);
    const path = limit.path.join(".");
    const { token } = await register(api);
    // A field whose other rules leave no value of that length is tried beyond its limit only.
    if (fits !== undefined) expect(namedFaults(await send(name, limit, fits, token))).not.toContain(path);
    const refused = namedFaults(await send(name, limit, limit.beyond, token));
    expect(refused.some((named) => named === path || named.startsWith(`${path}.`))).toBe(true);
    note(name, `${limit.part}.${limit.label}`);
  });
});
