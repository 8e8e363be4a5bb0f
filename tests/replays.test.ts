// The events of calls over HTTP: taken once from a voice node, given back to the person called alone, gone with their owner.
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { mostReplayBytes } from "@callmeback/shared/domain/replay";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient, type Call } from "./api/client.ts";
import { type RegisteredPerson, register } from "./api/people.ts";
import { openCall } from "./fixtures/recorded-call.ts";
import { startTestMesh, type TestMesh } from "./fixtures/test-mesh.ts";

let mesh: TestMesh;
let api: ApiClient;
let person: RegisteredPerson;

beforeAll(async () => {
  mesh = await startTestMesh({ variables: { RATE_LIMIT_SCALE: "100" } });
  api = new ApiClient(mesh.url);
  person = await register(api);
}, 60_000);
afterAll(() => mesh.close());

const lines = '{"base":0}\n{"type":"words","text":"Grüße from Ada","at":1}\n';
const handIn = (id: string, text = lines): Call => ({
  token: mesh.voiceNodeKey,
  params: { call_id: id },
  rawBody: gzipSync(text),
});
const own = (id: string, { token } = person): Call => ({ token, params: { id } });

async function rowsOf(id: string): Promise<string> {
  const [found] = await mesh.database
    .as("calls")
    .transact({ kind: "system" }, [{ text: "select * from call_replays where call_id = $1", values: [id] }]);
  return JSON.stringify(found);
}

test("are given back as they were handed in first, and are no words to the database", async () => {
  const { id } = await openCall(mesh, person, false);
  await api.refused("getReplay", own(id), "NOT_FOUND");
  await api.good("voiceReplay", handIn(id));
  await api.good("voiceReplay", handIn(id, "something else"));
  const { headers, body } = await api.ask("getReplay", own(id));
  expect(body).toBe(lines);
  expect(headers.get("content-type")).toContain("application/x-ndjson");
  expect(headers.get("cache-control")).toBe("no-store");
  const kept = await rowsOf(id);
  expect(kept).toContain('"sealed_events":"v1.');
  expect(kept).not.toContain(gzipSync(lines).toString("base64").slice(0, 20));
});

test("may be as many as a voice pipeline hands in at most", async () => {
  const { id } = await openCall(mesh, person, false);
  const text = randomBytes(mostReplayBytes / 2 - 1_000).toString("latin1");
  const whole = { ...handIn(id), rawBody: gzipSync(text, { level: 0 }) };
  expect(whole.rawBody.length).toBeGreaterThan(mostReplayBytes / 2);
  await api.good("voiceReplay", whole);
  expect((await api.ask("getReplay", own(id))).body).toBe(text);
  const larger = { ...handIn(id), rawBody: Buffer.concat([gzipSync(""), Buffer.alloc(mostReplayBytes)]) };
  await api.refused("voiceReplay", larger, "VALIDATION_ERROR");
});

test("are for the person called alone", async () => {
  const { id } = await openCall(mesh, person, false);
  await api.good("voiceReplay", handIn(id));
  await api.refused("getReplay", own(id, await register(api)), "NOT_FOUND");
});

test("are not taken of a call that nobody held, nor when they are not gzipped, or too large", async () => {
  await api.refused("voiceReplay", handIn(crypto.randomUUID()), "NOT_FOUND");
  const { id } = await openCall(mesh, person, false);
  await api.refused("voiceReplay", { ...handIn(id), rawBody: Buffer.from(lines) }, "VALIDATION_ERROR");
  await api.refused("voiceReplay", { ...handIn(id), token: "x" }, "UNAUTHORIZED");
  const huge = { ...handIn(id), rawBody: Buffer.alloc(2 * 1024 * 1024) };
  await api.refused("voiceReplay", huge, "PAYLOAD_TOO_LARGE");
  const json = { ...handIn(id), headers: { "Content-Type": "application/json" } };
  await api.refused("voiceReplay", json, "UNSUPPORTED_MEDIA_TYPE");
});

test("go with their owner, and what is handed in later is not taken", async () => {
  const leaver = await register(api);
  const { id } = await openCall(mesh, leaver, false);
  await api.good("voiceReplay", handIn(id));
  const { token, password } = leaver;
  await api.good("deleteAccount", { token, body: { password } });
  expect(await rowsOf(id)).toBe("[]");
  await api.refused("voiceReplay", handIn(id), "NOT_FOUND");
  expect(await rowsOf(id)).toBe("[]");
});
