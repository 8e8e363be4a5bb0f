// The manners of HTTP on every route: what each kind of caller is refused for, whatever the route is about, and what is
// answered when the database is away.
import { contract, type RouteName } from "@callmeback/shared/contract";
import { errorsOf } from "@callmeback/shared/contract/openapi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordingAddresses } from "../../workers/call-orchestrator/src/recording/address.ts";
import { startTestDatabase, type TestDatabase } from "../fixtures/test-database.ts";
import { startTestMesh, type TestMesh } from "../fixtures/test-mesh.ts";
import { ApiClient, type Call, routeOf, routesWhere } from "./client.ts";
import { fromStripe, fromTwilio, fromVoiceNode, twilioFields } from "./machines.ts";
import { type RegisteredPerson, register } from "./people.ts";

let database: TestDatabase;
let mesh: TestMesh;
let api: ApiClient;
let alive: RegisteredPerson;
let revoked: RegisteredPerson;
let suspended: RegisteredPerson;
let asAdmin = "";
/** Opens a recording that is none. */
let playToken = "";

const operator = { email: "operator@example.com", password: "Operator-Pass-1" };

beforeAll(async () => {
  database = await startTestDatabase();
  mesh = await startTestMesh({
    database,
    variables: { RATE_LIMIT_SCALE: "100000", ADMIN_EMAIL: operator.email, ADMIN_PASSWORD: operator.password },
  });
  api = new ApiClient(mesh.url);
  playToken = (await recordingAddresses(mesh.transcriptKey).make(crypto.randomUUID(), new Date())).token;
  [alive, revoked, suspended] = [await register(api), await register(api), await register(api)];
  await api.good("logout", { token: revoked.token });
  asAdmin = (await api.good("adminLogin", { body: operator })).token;
  const params = { id: suspended.id };
  await api.good("adminSuspendUser", { token: asAdmin, params, body: { reason: "For these tests" } });
}, 60_000);
afterAll(async () => {
  // The database was closed by the last test.
  await mesh.close();
});

const persons = routesWhere(({ caller }) => caller === "user" || caller === "optional");
const withJson = routesWhere(({ body, bodyFormat }) => body !== undefined && bodyFormat === undefined);
const nodes = routesWhere(({ caller }) => caller === "voice-node");

/** A request that the route's own checks let through. */
function wellFormed(name: (typeof persons)[number], token: string): Call {
  const { example } = routeOf(name);
  // An example's date grows old; a schedule's must lie ahead.
  const scheduled_time = new Date(Date.now() + 86_400_000).toISOString();
  const body =
    name === "scheduleCall" ? { ...contract.scheduleCall.example.body, scheduled_time } : example?.body;
  return {
    token,
    // A socket says what is wrong with its token only when it is one.
    isSocket: routeOf(name).upgrade === true,
    ...(example?.params === undefined ? {} : { params: example.params }),
    ...(body === undefined ? {} : { body }),
    ...(example?.query === undefined ? {} : { query: `?${new URLSearchParams(example.query)}` }),
  };
}

describe("a token", () => {
  test.each(persons)("that was revoked is refused by %s", async (name) => {
    await api.refused(name, wellFormed(name, revoked.token), "TOKEN_REVOKED");
  });

  test.each(persons)("of a suspended account is refused by %s", async (name) => {
    await api.refused(name, wellFormed(name, suspended.token), "ACCOUNT_SUSPENDED");
  });

  test.each(persons)("of an operator is refused by %s", async (name) => {
    await api.refused(name, wellFormed(name, asAdmin), "INVALID_TOKEN");
  });

  test.each(routesWhere(({ caller }) => caller === "admin"))("of a person is refused by %s", async (name) => {
    await api.refused(name, wellFormed(name, alive.token), "INVALID_TOKEN");
    await api.refused(name, { ...wellFormed(name, ""), token: "" }, "INVALID_TOKEN");
  });

  test.each(nodes)("is not a voice node's key: %s", async (name) => {
    await api.refused(name, { token: alive.token, body: {} }, "UNAUTHORIZED");
  });
});

/** A token or key that the route takes. */
function tokenFor(name: RouteName): string {
  const { caller } = routeOf(name);
  if (caller === "admin") return asAdmin;
  return caller === "voice-node" ? mesh.voiceNodeKey : alive.token;
}

describe("an operator's token", () => {
  let gone = "";

  beforeAll(async () => {
    gone = (await api.good("adminLogin", { body: operator })).token;
    await api.good("adminLogout", { token: gone });
  });

  test.each(routesWhere(({ caller }) => caller === "admin"))(
    "that was revoked is refused by %s",
    async (name) => {
      await api.refused(name, wellFormed(name, gone), "TOKEN_REVOKED");
    },
  );
});

describe("an address with an id", () => {
  const withId = routesWhere(({ params }) => params !== undefined);

  test.each(withId)("that is none is refused by %s", async (name) => {
    const params = Object.fromEntries(
      Object.keys(routeOf(name).params?.shape ?? {}).map((key) => [key, "no id"]),
    );
    await api.refused(name, { ...wellFormed(name, tokenFor(name)), params }, "VALIDATION_ERROR");
  });

  test.each(withId.filter((name) => routeOf(name).errors.includes("NOT_FOUND")))(
    "of nothing is not found by %s",
    async (name) => {
      await api.refused(name, asItsCaller(name), "NOT_FOUND");
    },
  );
});

describe("a field", () => {
  const withFields = routesWhere(({ body, bodyFormat }) => body !== undefined && bodyFormat === undefined);

  test.each(withFields)("that nobody knows is refused by %s, by its name", async (name) => {
    const { parsed } = await api.refused(
      name,
      { token: tokenFor(name), body: { surprise: 1 } },
      "VALIDATION_ERROR",
    );
    expect(JSON.stringify(parsed.details)).toContain("surprise");
  });

  test.each(
    routesWhere(({ query, caller, upgrade }) => query !== undefined && caller !== "twilio" && !upgrade),
  )("of the query that nobody knows is refused by %s, by its name", async (name) => {
    const { parsed } = await api.refused(
      name,
      { token: tokenFor(name), query: "?surprise=1" },
      "VALIDATION_ERROR",
    );
    expect(JSON.stringify(parsed.details)).toContain("surprise");
  });
});

describe("a body", () => {
  test.each(withJson)("of two megabytes is too large for %s", async (name) => {
    const rawBody = JSON.stringify({ text: "x".repeat(2 * 1024 * 1024) });
    await api.refused(name, { token: tokenFor(name), rawBody }, "PAYLOAD_TOO_LARGE");
  });

  test.each(withJson)("that is not JSON by its type is not for %s", async (name) => {
    const headers = { "Content-Type": "text/plain" };
    await api.refused(name, { token: tokenFor(name), rawBody: "{}", headers }, "UNSUPPORTED_MEDIA_TYPE");
  });
});

describe("a form of Twilio", () => {
  const forms = routesWhere(({ caller }) => caller === "twilio");
  const query = (name: RouteName) => (name === "voiceMessage" ? {} : { call_id: crypto.randomUUID() });

  test.each(forms)(
    "that Twilio did not sign, or signed for another address, is refused by %s",
    async (name) => {
      const signed = fromTwilio(mesh, name, query(name), twilioFields);
      await api.refused(name, { ...signed, headers: {} }, "INVALID_SIGNATURE");
      await api.refused(name, { ...signed, query: `${signed.query || "?"}&more=1` }, "INVALID_SIGNATURE");
      await api.refused(name, { ...signed, rawBody: `${signed.rawBody}&More=1` }, "INVALID_SIGNATURE");
    },
  );

  test.each(forms)("without what it must say is refused by %s", async (name) => {
    await api.refused(name, fromTwilio(mesh, name, query(name), {}), "VALIDATION_ERROR");
  });

  test.each(forms)("of two megabytes, or of another type, is not for %s", async (name) => {
    const signed = fromTwilio(mesh, name, query(name), twilioFields);
    await api.refused(name, { ...signed, rawBody: "x".repeat(2 * 1024 * 1024) }, "PAYLOAD_TOO_LARGE");
    const headers = { ...signed.headers, "Content-Type": "application/json" };
    await api.refused(name, { ...signed, headers }, "UNSUPPORTED_MEDIA_TYPE");
  });

  test.each(forms.filter((name) => name !== "voiceMessage"))(
    "about a call that is none is not found by %s",
    async (name) => {
      const unknown = { call_id: crypto.randomUUID() };
      await api.refused(name, fromTwilio(mesh, name, unknown, twilioFields), "NOT_FOUND");
      await api.refused(name, fromTwilio(mesh, name, { call_id: "1" }, twilioFields), "VALIDATION_ERROR");
    },
  );
});

test("an event of Stripe is refused when it is too large, not UTF-8 or not signed", async () => {
  const event = fromStripe(mesh, { id: "evt_1", object: "event", type: "ping", data: { object: {} } });
  await api.good("stripeWebhook", event);
  await api.refused("stripeWebhook", { ...event, rawBody: "x".repeat(2 * 1024 * 1024) }, "PAYLOAD_TOO_LARGE");
  await api.refused("stripeWebhook", { ...event, rawBody: Buffer.from([0xff, 0xfe]) }, "VALIDATION_ERROR");
  await api.refused("stripeWebhook", { ...event, rawBody: `${event.rawBody} ` }, "INVALID_SIGNATURE");
});

describe("an address", () => {
  test("answers other methods with those that it has, and HEAD like GET without a body", async () => {
    const other = await fetch(`${mesh.url}/api/auth/login`, { method: "PUT" });
    expect([other.status, other.headers.get("Allow")]).toEqual([405, "POST, OPTIONS"]);
    const head = await fetch(`${mesh.url}/api/personas`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const options = await fetch(`${mesh.url}/api/personas`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("Allow")]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
    expect((await fetch(`${mesh.url}/api/nothing`)).status).toBe(404);
  });

  test("keeps a caller's own request id when it is sane", async () => {
    const ask = async (id: string) =>
      (await fetch(`${mesh.url}/api/health/live`, { headers: { "X-Request-Id": id } })).headers.get(
        "X-Request-Id",
      );
    expect(await ask("my-request-42")).toBe("my-request-42");
    expect(await ask("<script>")).not.toBe("<script>");
  });
});

// The last test of the file: it takes the database away.
describe("without a database", () => {
  const away = routesWhere((route) => errorsOf(route).includes("SERVICE_UNAVAILABLE"));

  test("every route says that it is away, with nothing of the inside", { timeout: 60_000 }, async () => {
    await database.close();
    for (const name of away) {
      const { parsed } = await api.refused(name, asItsCaller(name), "SERVICE_UNAVAILABLE");
      expect(JSON.stringify(parsed), name).not.toMatch(/select|fetch|127\.0\.0\.1|postgres/i);
      expect(parsed.retry_after, name).toBeGreaterThan(0);
    }
    expect(away.length).toBeGreaterThan(60);
    expect((await api.good("health")).status).toBe("failing");
    await api.good("healthLive");
  });
});

/** A request as the route's own caller makes it, with nothing wrong in it. */
function asItsCaller(name: RouteName): Call {
  const call_id = crypto.randomUUID();
  if (name === "register") return { body: { ...contract.register.example.body, email: "late@example.com" } };
  if (name === "playRecording") return { params: { token: playToken } };
  switch (routeOf(name).caller) {
    case "twilio":
      return fromTwilio(mesh, name, name === "voiceMessage" ? {} : { call_id }, twilioFields);
    case "stripe":
      return fromStripe(mesh, { id: "evt_1", object: "event", type: "ping", data: { object: {} } });
    case "voice-node":
      return fromVoiceNode(mesh, name, call_id);
    default:
      return wellFormed(name, tokenFor(name));
  }
}
