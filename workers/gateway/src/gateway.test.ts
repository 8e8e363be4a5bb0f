import { type Contract, contract } from "@callmeback/shared/contract";
import { Failure } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import type { AuthRpc } from "@callmeback/shared/rpc/auth";
import type { BillingRpc } from "@callmeback/shared/rpc/billing";
import type { SignedRequest } from "@callmeback/shared/rpc/calls";
import type { UserActor } from "@callmeback/shared/rpc/context";
import type { PersonaRpc } from "@callmeback/shared/rpc/persona";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import type { Env } from "./env.ts";
import { createGateway } from "./gateway.ts";
import { type CountedWindow, take } from "./rate-limits/window.ts";

const { privateKey, publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519" });
const userId = "01990000-0000-7000-8000-0000000000aa";
const callId = "01990000-0000-7000-8000-0000000000bb";

function unused(): never {
  throw new Error("nobody should have asked this");
}

/** A Worker that answers what the test says and throws for everything else. */
function worker<T extends object>(answers: Partial<T> = {}): T {
  // A proxy stands for the whole interface, which TypeScript cannot see.
  return new Proxy(answers as T, { get: (target, name) => Reflect.get(target, name) ?? unused });
}

const health = async () => {};
const auth = worker<AuthRpc>({ health });
const persona = worker<PersonaRpc>({ health });
const billing = worker<BillingRpc>({ health });
const calls = worker<Env["CALLS"]>({ health });

/** A limiter in memory; its clock stands still unless the test brings one. */
function limiter(nowMs = () => 0): Env["RATE_LIMITER"] {
  const windows = new Map<string, CountedWindow>();
  return {
    getByName: (subject) => ({
      take: async (counter, rule) => {
        const taken = take(windows.get(`${subject} ${counter}`), rule, nowMs());
        windows.set(`${subject} ${counter}`, taken.window);
        return taken.decision;
      },
    }),
  };
}

const publicJwk = JSON.stringify(await exportJWK(publicKey));

function gateway(parts: Partial<Env> = {}) {
  const answer = createGateway({
    AUTH: auth,
    PERSONA: persona,
    CALLS: calls,
    BILLING: billing,
    RATE_LIMITER: limiter(),
    PUBLIC_VERSION: { getByName: () => ({ current: async () => 0, raise: async () => {} }) },
    VOICE_NODE_KEY: "voice-key",
    AUTH_PUBLIC_KEY: publicJwk,
    PUBLIC_URL: "https://api.example.com",
    VOICE_PUBLIC_URL: "wss://voice.example.com",
    CORS_ORIGINS: "https://app.example.com",
    TRUST_LOOPBACK_CLIENT: "true",
    ...parts,
  });
  return (path: string, init?: RequestInit) => answer(new Request(`http://127.0.0.1:8787${path}`, init));
}

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});

function token(audience = "callmeback:user", expires = "30d"): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: "EdDSA" })
    .setSubject(userId)
    .setJti("token-1")
    .setIssuer("callmeback")
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(privateKey);
}

const bearer = async () => ({ Authorization: `Bearer ${await token()}` });

type Me = RouteOutput<Contract["me"]>;
const me: Me = {
  user: {
    id: userId,
    email: "ada@example.com",
    name: "Ada",
    phone: "+14155550123",
    created_at: "2026-11-01T00:00:00Z",
    email_verified: true,
    phone_verified: true,
    plan: "free",
    time_zone: "UTC",
  },
};

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

describe("the manners of HTTP", () => {
  it("keeps a sane request id and replaces another", async () => {
    const ask = gateway();
    const kept = await ask("/api/health/live", { headers: { "X-Request-Id": "my-request-1" } });
    expect(kept.headers.get("X-Request-Id")).toBe("my-request-1");
    const replaced = await ask("/api/health/live", { headers: { "X-Request-Id": "a b" } });
    expect(replaced.headers.get("X-Request-Id")).toMatch(/^[\w-]{36}$/);
  });

  it("says 404 for an unknown path and 405 with Allow for another method", async () => {
    const unknown = await gateway()("/api/nothing");
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      error: "NOT_FOUND",
      request_id: unknown.headers.get("X-Request-Id"),
    });
    const wrong = await gateway()("/api/personas", { method: "DELETE" });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("Allow")).toBe("GET, HEAD, POST, OPTIONS");
  });

  it("answers HEAD like GET without a body", async () => {
    const answer = await gateway()("/api/health/live", { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("");
  });

  it("answers a preflight of a configured origin and opens nothing to another", async () => {
    const preflight = (origin: string) =>
      gateway()("/api/call", {
        method: "OPTIONS",
        headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
      });
    const known = await preflight("https://app.example.com");
    expect(known.status).toBe(204);
    expect(known.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example.com");
    expect(known.headers.get("Access-Control-Allow-Methods")).toContain("POST");
    expect((await preflight("https://evil.example")).headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("refuses broken JSON, another media type and a large body", async () => {
    const login = "/api/auth/login";
    const broken = await gateway()(login, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{",
    });
    expect(broken.status).toBe(400);
    expect((await gateway()(login, { method: "POST", body: "a=1" })).status).toBe(415);
    expect((await gateway()(login, json("x".repeat(1_100_000)))).status).toBe(413);
  });
});

describe("validation", () => {
  it("names every fault, unknown fields by their name", async () => {
    const answer = await gateway()("/api/auth/login", json({ email: "no", extra: 1, password: "" }));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: "VALIDATION_ERROR",
      details: {
        fields: expect.arrayContaining([
          expect.objectContaining({ path: "email" }),
          expect.objectContaining({ path: "password" }),
          { path: "extra", message: "is not a known field" },
        ]),
      },
    });
  });

  it("refuses a query field that comes twice", async () => {
    const answer = await gateway()("/api/personas?page=1&page=2");
    expect(await answer.json()).toMatchObject({ details: { fields: [{ path: "page" }] } });
  });
});

describe("errors", () => {
  it("shows nothing of a bug", async () => {
    const login = () => Promise.reject(new Error("select secret from users"));
    const answer = await gateway({ AUTH: worker<AuthRpc>({ login }) })(
      "/api/auth/login",
      json({ email: "ada@example.com", password: "x" }),
    );
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret");
  });

  it("shows a coded failure that lost its class on the way", async () => {
    const lost = Object.assign(new Error("Locked."), { code: "ACCOUNT_LOCKED", retryAfter: 60 });
    const answer = await gateway({ AUTH: worker<AuthRpc>({ login: () => Promise.reject(lost) }) })(
      "/api/auth/login",
      json({ email: "ada@example.com", password: "x" }),
    );
    expect(answer.status).toBe(429);
    expect(answer.headers.get("Retry-After")).toBe("60");
    expect(await answer.json()).toMatchObject({ error: "ACCOUNT_LOCKED", retry_after: 60 });
  });
});

describe("tokens", () => {
  const code = async (headers: Record<string, string>) =>
    z.object({ error: z.string() }).parse(await (await gateway()("/api/auth/me", { headers })).json()).error;

  it("tells a missing token from a bad one", async () => {
    expect(await code({})).toBe("UNAUTHORIZED");
    expect(await code({ Authorization: "Bearer nonsense" })).toBe("INVALID_TOKEN");
    expect(await code({ Authorization: "Basic YTpi" })).toBe("INVALID_TOKEN");
  });

  it("refuses an expired token and one for another audience", async () => {
    expect(await code({ Authorization: `Bearer ${await token("callmeback:user", "-1s")}` })).toBe(
      "INVALID_TOKEN",
    );
    expect(await code({ Authorization: `Bearer ${await token("callmeback:admin")}` })).toBe("INVALID_TOKEN");
  });

  it("hands the person on to the Worker that answers", async () => {
    const seen: UserActor[] = [];
    const ask = gateway({
      AUTH: worker<AuthRpc>({
        me: async ({ actor }) => {
          seen.push(actor);
          return me;
        },
      }),
    });
    const answer = await ask("/api/auth/me", { headers: await bearer() });
    expect(await answer.json()).toEqual(me);
    expect(seen).toMatchObject([{ kind: "user", userId, tokenId: "token-1" }]);
  });
});

describe("rate limits", () => {
  const login = json({ email: "ada@example.com", password: "x" });
  const refused: Partial<Env> = {
    AUTH: worker<AuthRpc>({ login: () => Promise.reject(new Failure("INVALID_CREDENTIALS", "No.")) }),
  };

  it("stand on every answer and stop the request above the limit", async () => {
    const ask = gateway(refused);
    const answers: Response[] = [];
    for (let request = 0; request < 6; request++) answers.push(await ask("/api/auth/login", login));
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401, 429]);
    const last = answers[5];
    expect(last?.headers.get("X-RateLimit-Limit")).toBe("5");
    expect(last?.headers.get("X-RateLimit-Remaining")).toBe("0");
    expect(last?.headers.get("Retry-After")).toBe("60");
    expect(await last?.json()).toMatchObject({ error: "RATE_LIMIT_EXCEEDED", retry_after: 60 });
  });

  it("count addresses apart, and also requests that do not validate", async () => {
    const ask = gateway(refused);
    const from = (address: string) => json({}, { "CF-Connecting-IP": address });
    for (let request = 0; request < 5; request++) await ask("/api/auth/login", from("192.0.2.1"));
    expect((await ask("/api/auth/login", from("192.0.2.1"))).status).toBe(429);
    expect((await ask("/api/auth/login", from("192.0.2.2"))).status).toBe(400);
  });

  it("grow with the scale", async () => {
    const answer = await gateway({ ...refused, RATE_LIMIT_SCALE: "100" })("/api/auth/login", login);
    expect(answer.headers.get("X-RateLimit-Limit")).toBe("500");
  });

  it("end with their hour, not a millisecond earlier", async () => {
    let nowMs = 0;
    const ask = gateway({ RATE_LIMITER: limiter(() => nowMs) });
    const headers = await bearer();
    const statusAt = async (atMs: number) => {
      nowMs = atMs;
      return (await ask("/api/personas", json({}, headers))).status;
    };
    for (let request = 0; request < 20; request++) expect(await statusAt(request)).toBe(400);
    expect(await statusAt(3_599_999)).toBe(429);
    expect(await statusAt(3_600_000)).toBe(400);
  });

  it("fail open, except where passwords are tried", async () => {
    const broken: Env["RATE_LIMITER"] = {
      getByName: () => ({ take: () => Promise.reject(new Error("down")) }),
    };
    const ask = gateway({ AUTH: worker<AuthRpc>({ me: async () => me }), RATE_LIMITER: broken });
    expect((await ask("/api/auth/me", { headers: await bearer() })).status).toBe(200);
    expect((await ask("/api/auth/login", login)).status).toBe(503);
  });
});

describe("the address of media streams", () => {
  it("leads a WebSocket to the voice pipeline, and anybody else to what it is", async () => {
    const led = await gateway()("/api/voice/stream", { headers: { Upgrade: "websocket" } });
    expect([led.status, led.headers.get("Location")]).toEqual([307, "https://voice.example.com/stream"]);
    expect((await gateway()("/api/voice/stream")).status).toBe(426);
  });
});

describe("machines that call", () => {
  const form = (body: string): RequestInit => ({
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "signed" },
    body,
  });
  const path = `/api/voice/answer?call_id=${callId}`;

  it("checks Twilio's signature over the public address and answers TwiML", async () => {
    const seen: SignedRequest[] = [];
    const verifyTwilio = async (request: SignedRequest) => {
      seen.push(request);
    };
    const answer = async () => "<Response/>";
    const response = await gateway({ CALLS: worker<Env["CALLS"]>({ verifyTwilio, answer }) })(
      path,
      form("CallSid=CA1&Extra=a+b"),
    );
    expect(response.headers.get("Content-Type")).toContain("text/xml");
    expect(await response.text()).toBe("<Response/>");
    expect(seen).toEqual([
      {
        url: `https://api.example.com${path}`,
        fields: [
          ["CallSid", "CA1"],
          ["Extra", "a b"],
        ],
        signature: "signed",
      },
    ]);
  });

  it("refuses a bad signature before it looks at the form", async () => {
    const verifyTwilio = () => Promise.reject(new Failure("INVALID_SIGNATURE", "Bad signature."));
    expect(
      (await gateway({ CALLS: worker<Env["CALLS"]>({ verifyTwilio }) })("/api/voice/answer", form("")))
        .status,
    ).toBe(403);
  });

  it("hands Stripe's body on byte for byte", async () => {
    const seen: string[] = [];
    const receiveEvent: BillingRpc["receiveEvent"] = async (_context, body, signature) => {
      seen.push(body, signature);
    };
    await gateway({ BILLING: worker<BillingRpc>({ receiveEvent }) })("/api/webhooks/stripe", {
      method: "POST",
      headers: { "Stripe-Signature": "t=1,v1=a" },
      body: '\uFEFF{ "id":  "evt_1" }',
    });
    expect(seen).toEqual(['\uFEFF{ "id":  "evt_1" }', "t=1,v1=a"]);
  });

  it("takes a voice node by its key only", async () => {
    const endByVoice = async () => ({ message: "Ended." });
    const ask = gateway({ CALLS: worker<Env["CALLS"]>({ endByVoice }) });
    const hangup = (key: string) =>
      ask(`/api/voice/sessions/${callId}/hangup`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}` },
      });
    expect((await hangup("voice-key")).status).toBe(200);
    expect((await hangup("voice-keY")).status).toBe(401);
  });
});

describe("health", () => {
  it("names the part that fails", async () => {
    const ask = gateway({ AUTH: worker<AuthRpc>({ health: () => Promise.reject(new Error("down")) }) });
    expect((await ask("/api/health/ready")).status).toBe(503);
    expect(await (await ask("/api/health")).json()).toMatchObject({
      status: "failing",
      parts: { auth: "failing", calls: "ok" },
    });
  });

  it("is ready when every part answers", async () => {
    expect((await gateway()("/api/health/ready")).status).toBe(200);
  });

  it("serves a document of all its routes", async () => {
    const document = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(await (await gateway()("/api/docs.json")).json());
    const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
    expect(operations).toHaveLength(Object.keys(contract).length);
  });
});
