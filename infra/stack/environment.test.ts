import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { checkEnvironment, type Environment, readPorts } from "./environment.ts";
import { keepHouseSecrets } from "./house-secrets.ts";
import { processEnvironments } from "./process-environments.ts";
import { resolveProviders } from "./providers.ts";

const sandbox = "http://127.0.0.1:8790";

describe("the environment", () => {
  test("names every malformed variable with what to do", () => {
    const wrong = { PUBLIC_URL: "example.com/", TRANSCRIPT_KEY: "short", PASSWORD_HASH_COST: "40" };
    expect(() => checkEnvironment(wrong)).toThrow(/PUBLIC_URL must .*\nTRANSCRIPT_KEY .*openssl.*\nPASSWORD/);
  });

  test("takes an empty value for an unset one", () => {
    expect(() => checkEnvironment({ PUBLIC_URL: "", DATABASE_URL: "" })).not.toThrow();
  });

  test("wants both halves of the signing key", () => {
    const signing = JSON.stringify({ kty: "OKP", crv: "Ed25519", x: "a", d: "b" });
    expect(() => checkEnvironment({ AUTH_SIGNING_KEY: signing })).toThrow(/are a pair/);
  });

  test("moves a port by its variable and names a port that is none", () => {
    expect(readPorts({ SQL_PORT: "9000" })).toEqual({
      gateway: 8787,
      voice: 8788,
      sandbox: 8790,
      sql: 9000,
      web: 5173,
    });
    expect(() => readPorts({ VOICE_PORT: "70000" })).toThrow(/^VOICE_PORT must be a port/);
  });
});

describe("a provider", () => {
  test("is the sandbox when nothing is set", () => {
    const { variables, sandboxed } = resolveProviders({}, sandbox);
    expect(sandboxed).toHaveLength(5);
    expect(variables).toMatchObject({
      STRIPE_API_URL: sandbox,
      LLM_BASE_URL: `${sandbox}/v1`,
      DEEPGRAM_URL: "ws://127.0.0.1:8790",
    });
    expect(variables.STRIPE_SECRET_KEY).toMatch(/^sk_test_sandbox/);
  });

  test("is the real one when only its key is set, and leaves the others alone", () => {
    const { variables, sandboxed } = resolveProviders({ DEEPGRAM_API_KEY: "dg" }, sandbox);
    expect(variables.DEEPGRAM_URL).toBeUndefined();
    expect(variables.DEEPGRAM_API_KEY).toBe("dg");
    expect(sandboxed).toHaveLength(4);
  });

  test("is somebody else's server when its address is set", () => {
    const { variables, sandboxed } = resolveProviders({ LLM_BASE_URL: "http://10.0.0.2/v1" }, sandbox);
    expect(variables.LLM_BASE_URL).toBe("http://10.0.0.2/v1");
    expect(sandboxed).not.toContain("the language model");
  });

  test("that is half configured is refused, naming what it lacks", () => {
    expect(() => resolveProviders({ STRIPE_SECRET_KEY: "sk_live_1" }, sandbox)).toThrow(
      /STRIPE_PUBLISHABLE_KEY, STRIPE_WEBHOOK_SECRET/,
    );
  });
});

describe("the processes", () => {
  const directories: string[] = [];
  afterEach(() => {
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
  });
  const stateDir = (): string => {
    const directory = mkdtempSync(join(tmpdir(), "callmeback-test-"));
    directories.push(directory);
    return directory;
  };
  const ports = { gateway: 1001, voice: 1002, sandbox: 1003, sql: 1004, web: 5 };
  const plan = (env: Environment, directory: string) =>
    processEnvironments(env, { ports, stateDir: directory, databaseDir: "memory" });

  test("are each told only the secrets that they hold", () => {
    const { sql, voice, mesh } = plan({ LLM_API_KEY: "llm", DATABASE_URL: "postgres://o@h/d" }, stateDir());
    expect(voice.LLM_API_KEY).toBe("llm");
    expect(Object.keys(voice)).not.toContain("TWILIO_AUTH_TOKEN");
    expect(Object.keys(voice)).not.toContain("STRIPE_SECRET_KEY");
    expect(Object.keys(voice)).not.toContain("DATABASE_URL");
    expect(Object.keys(mesh)).not.toContain("LLM_API_KEY");
    expect(sql.DATABASE_URL).toBe("postgres://o@h/d");
    expect(mesh.DATABASE_URL).toBe(
      `postgres://callmeback_proxy:${sql.SQL_PASSWORD}@127.0.0.1:1004/callmeback`,
    );
  });

  test("offer a microphone only where people are understood", () => {
    const hearsVoices = (env: Environment) =>
      JSON.parse(plan(env, stateDir()).web.WEB_CONFIG ?? "").hearsVoices;
    expect(hearsVoices({})).toBe(false);
    expect(hearsVoices({ DEEPGRAM_API_KEY: "a-real-key" })).toBe(true);
  });

  test("share one key for the voice nodes, and get the same one after a restart", () => {
    const directory = stateDir();
    const first = plan({}, directory);
    expect(first.voice.VOICE_NODE_KEY).toBe(first.mesh.VOICE_NODE_KEY);
    expect(plan({}, directory).mesh.AUTH_SIGNING_KEY).toBe(first.mesh.AUTH_SIGNING_KEY);
  });

  test("read secrets from a file that only its owner can read, in a form that passes the check", () => {
    const file = join(stateDir(), "secrets.json");
    const made = keepHouseSecrets(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(() => checkEnvironment({ ...made })).not.toThrow();
  });
});
