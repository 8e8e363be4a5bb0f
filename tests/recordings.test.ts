// Recordings over HTTP: taken in parts from a voice node, played to whoever has a fresh address, deleted for good.
import { mostParts, partBytes, sealBytes } from "@callmeback/shared/domain/recording";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordingAddresses } from "../workers/call-orchestrator/src/recording/address.ts";
import { ApiClient } from "./api/client.ts";
import { type RegisteredPerson, register } from "./api/people.ts";
import { openCall, openRecordedCall, type RecordedCall } from "./fixtures/recorded-call.ts";
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

/** Sound of which each stretch is different. */
const soundOf = (bytes: number, seed: number): Buffer<ArrayBuffer> => {
  const sound = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4)
    sound.writeUInt32LE((Math.imul(at + seed, 2_654_435_761) >>> 0) % 2 ** 32, at);
  return sound;
};
const whole = soundOf(partBytes, 1);
const last = soundOf(8_000, 2);

/** A call of which two parts were taken. */
async function recorded(who = person): Promise<RecordedCall> {
  const call = await openRecordedCall(mesh, who);
  await api.good("voiceRecording", call.handIn(1, await call.seal(1, last)));
  await api.good("voiceRecording", call.handIn(0, await call.seal(0, whole)));
  return call;
}

/** The address is on the public one, which only the test's own process cannot reach. */
async function addressOf(call: RecordedCall): Promise<string> {
  const { url, expires_at } = await api.good("getRecording", {
    token: person.token,
    params: { id: call.id },
  });
  expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(290_000);
  expect(Date.parse(expires_at) - Date.now()).toBeLessThan(301_000);
  return url.replace(mesh.publicUrl, mesh.url);
}
const fetched = async (url: string, range?: string) => {
  const response = await fetch(url, range === undefined ? {} : { headers: { Range: range } });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};
const tokenIn = (url: string): string => url.split("/").at(-1) ?? "";
const own = (call: RecordedCall) => ({ token: person.token, params: { id: call.id } });
const detail = async (call: RecordedCall) => (await api.good("getCall", own(call))).call;
const rowsOf = async (table: string, call: RecordedCall) =>
  (
    await mesh.database
      .as("calls")
      .transact({ kind: "system" }, [
        { text: `select * from ${table} where call_id = $1`, values: [call.id] },
      ])
  )[0] ?? [];

describe("a part of a recording", () => {
  test("is taken once however often it comes, in whatever order", async () => {
    const call = await openRecordedCall(mesh, person);
    expect((await detail(call)).recording).toBeNull();
    const [first, second] = [await call.seal(0, whole), await call.seal(1, last)];
    await Promise.all(
      [second, first, second].map((sealed) =>
        api.good("voiceRecording", call.handIn(sealed === first ? 0 : 1, sealed)),
      ),
    );
    await api.good("voiceRecording", call.handIn(0, first));
    expect(await rowsOf("call_recording_parts", call)).toHaveLength(2);
    expect((await detail(call)).recording).toEqual({ seconds: 10.5 });
  });

  test("is refused when it is not sealed for this place, too short, too long, or no bytes", async () => {
    const call = await openRecordedCall(mesh, person);
    const other = await openRecordedCall(mesh, person);
    const sealed = await call.seal(0, last);
    const refused = (request: Parameters<typeof api.refused>[1], code: string) =>
      api.refused("voiceRecording", request, code);
    await refused(call.handIn(1, sealed), "VALIDATION_ERROR");
    await refused(other.handIn(0, sealed), "VALIDATION_ERROR");
    const altered = Buffer.from(sealed);
    altered.writeUInt8(altered.readUInt8(20) ^ 1, 20);
    await refused(call.handIn(0, altered), "VALIDATION_ERROR");
    await refused(call.handIn(0, Buffer.alloc(sealBytes)), "VALIDATION_ERROR");
    await refused(call.handIn(0, Buffer.alloc(sealBytes + partBytes + 1)), "VALIDATION_ERROR");
    await refused(call.handIn(mostParts, sealed), "VALIDATION_ERROR");
    await refused(call.handIn(0, Buffer.alloc(2 * 1024 * 1024)), "PAYLOAD_TOO_LARGE");
    const json = { ...call.handIn(0, sealed), headers: { "Content-Type": "application/json" } };
    await refused(json, "UNSUPPORTED_MEDIA_TYPE");
    expect((await detail(call)).recording).toBeNull();
  });

  test("of a call that nobody was asked in has no key and is not taken", async () => {
    const { id, key } = await openCall(mesh, person, false);
    expect(key).toBeNull();
    const request = (await openRecordedCall(mesh, person)).handIn(0, Buffer.alloc(1_000));
    const params = { call_id: id, part: "0" };
    await api.refused("voiceRecording", { ...request, params }, "NOT_FOUND");
  });

  test("lies in the bucket sealed, and so does its key in the database", async () => {
    const call = await recorded();
    const [row] = await rowsOf("call_recordings", call);
    expect(String(row?.sealed_key)).toMatch(/^v1\./);
    expect(await objectsOf(call)).toHaveLength(2);
  });
});

/** What the bucket holds of a call, read past the Worker. */
async function objectsOf(call: RecordedCall): Promise<string[]> {
  const env: unknown = await mesh.harness.getWorker("callmeback-call-orchestrator").getEnv();
  const { RECORDINGS } = env as { RECORDINGS: { list(o: object): Promise<{ objects: { key: string }[] }> } };
  return (await RECORDINGS.list({ prefix: `recordings/${call.id}/` })).objects.map(({ key }) => key);
}

describe("the address of a recording", () => {
  test("plays a stereo WAV that is what was handed in, whole and from anywhere", async () => {
    const url = await addressOf(await recorded());
    const { response, bytes } = await fetched(url);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "audio/wav",
      "cache-control": "no-store",
      "accept-ranges": "bytes",
      "content-disposition": 'inline; filename="call.wav"',
    });
    expect(bytes.length).toBe(58 + partBytes + last.length);
    expect(bytes.subarray(58).equals(Buffer.concat([whole, last]))).toBe(true);
    const header = bytes.subarray(0, 58);
    expect(header.toString("latin1", 0, 4) + header.toString("latin1", 8, 12)).toBe("RIFFWAVE");
    expect(header.readUInt32LE(4)).toBe(bytes.length - 8);
    expect([header.readUInt16LE(20), header.readUInt16LE(22), header.readUInt32LE(24)]).toEqual([
      7, 2, 8_000,
    ]);
    expect(header.readUInt32LE(54)).toBe(bytes.length - 58);

    const end = bytes.length;
    for (const [range, from, until] of [
      ["bytes=0-", 0, end],
      ["bytes=0-99", 0, 100],
      ["bytes=40-159999", 40, 160_000],
      [`bytes=${partBytes + 50}-${partBytes + 69}`, partBytes + 50, partBytes + 70],
      ["bytes=-10", end - 10, end],
      [`bytes=${partBytes + 58}-999999999`, partBytes + 58, end],
    ] as const) {
      const part = await fetched(url, range);
      expect([part.response.status, part.response.headers.get("content-range")]).toEqual([
        206,
        `bytes ${from}-${until - 1}/${end}`,
      ]);
      expect(part.bytes.equals(bytes.subarray(from, until)), range).toBe(true);
    }
    for (const range of ["bytes=9999999-", "bytes=5-4", "bytes=0-1,5-6", "lines=1-2"])
      expect((await fetched(url, range)).response.status, range).toBe(200);
  });

  test("has silence where a part is missing, and the rest in its place", async () => {
    const call = await openRecordedCall(mesh, person);
    await api.good("voiceRecording", call.handIn(1, await call.seal(1, last)));
    const { bytes } = await fetched(await addressOf(call));
    expect(bytes.subarray(58, 58 + partBytes).every((byte) => byte === 0xff)).toBe(true);
    expect(bytes.subarray(58 + partBytes).equals(last)).toBe(true);
  });

  test("is refused once it is too old, forged, made out, or the recording deleted", async () => {
    const call = await recorded();
    const token = tokenIn(await addressOf(call));
    await api.good("playRecording", { params: { token } });
    const old = await recordingAddresses(mesh.transcriptKey).make(call.id, new Date(Date.now() - 301_000));
    await api.refused("playRecording", { params: { token: old.token } }, "ADDRESS_EXPIRED");
    const another = await recorded();
    const forged = [
      token.replace(call.id, another.id),
      token.replace(/\.\d+\./, ".9999999999."),
      (await recordingAddresses(Buffer.alloc(32, 8).toString("base64")).make(call.id, new Date())).token,
    ];
    for (const each of forged)
      await api.refused("playRecording", { params: { token: each } }, "INVALID_SIGNATURE");
    await api.refused("playRecording", { params: { token: `${token}x` } }, "VALIDATION_ERROR");
    await api.good("deleteRecording", own(call));
    await api.refused("playRecording", { params: { token } }, "NOT_FOUND");
  });

  test("is given to the person called alone", async () => {
    const call = await recorded();
    const stranger = await register(api);
    const theirs = { token: stranger.token, params: { id: call.id } };
    for (const name of ["getRecording", "deleteRecording", "getCall"] as const)
      await api.refused(name, theirs, "NOT_FOUND");
    expect((await detail(call)).recording).toEqual({ seconds: 10.5 });
    const onItsWay = await openRecordedCall(mesh, person);
    await api.refused("deleteRecording", { ...theirs, params: { id: onItsWay.id } }, "NOT_FOUND");
    await api.good("voiceRecording", onItsWay.handIn(0, await onItsWay.seal(0, last)));
  });
});

describe("a recording that is deleted", () => {
  const expectGone = async (call: RecordedCall) => {
    expect(await rowsOf("call_recordings", call)).toEqual([]);
    expect(await rowsOf("call_recording_parts", call)).toEqual([]);
    await expect.poll(() => objectsOf(call)).toEqual([]);
    await api.refused("voiceRecording", call.handIn(2, await call.seal(2, last)), "NOT_FOUND");
  };

  test("is gone with its key and its sound, and takes nothing more", async () => {
    const call = await recorded();
    expect(await objectsOf(call)).toHaveLength(2);
    await api.good("deleteRecording", own(call));
    await expectGone(call);
    expect((await detail(call)).recording).toBeNull();
    for (const name of ["getRecording", "deleteRecording"] as const)
      await api.refused(name, own(call), "NOT_FOUND");
  });

  test("before any of its parts came takes none of them", async () => {
    const call = await openRecordedCall(mesh, person);
    const consent = { type: "recording", seq: 1, at: new Date().toISOString(), consent: "given" } as const;
    await call.tell({ ...consent, evidence: "Yes, please." });
    await api.good("deleteRecording", own(call));
    await api.refused("voiceRecording", call.handIn(0, await call.seal(0, whole)), "NOT_FOUND");
    await expectGone(call);
    expect((await detail(call)).recording).toBeNull();
    for (const name of ["getRecording", "deleteRecording"] as const)
      await api.refused(name, own(call), "NOT_FOUND");
  });

  test("is not found where nobody was to be asked", async () => {
    const { id } = await openCall(mesh, person, false);
    await api.refused("deleteRecording", { token: person.token, params: { id } }, "NOT_FOUND");
  });

  test("also goes when the callee takes their consent back, and what they said is kept, sealed", async () => {
    const call = await recorded();
    const at = new Date().toISOString();
    const said = { type: "recording", at } as const;
    await call.tell({ ...said, seq: 1, consent: "given", evidence: "Yes, please." });
    expect((await detail(call)).recording).not.toBeNull();
    const withdrawal = { ...said, seq: 2, consent: "withdrawn", evidence: "Stop recording." } as const;
    await call.tell(withdrawal, withdrawal);
    await expectGone(call);
    const events = (await rowsOf("call_events", call)).filter(({ type }) => type === "recording");
    expect(events.map(({ payload }) => payload)).toEqual([
      { consent: "given", evidence: expect.stringMatching(/^v1\./) },
      { consent: "withdrawn", evidence: expect.stringMatching(/^v1\./) },
    ]);
  });

  test("leaves the bucket with the next sweep when a crash, or a part under way, kept it there", async () => {
    const call = await recorded();
    const straggler = await recorded();
    await mesh.database.as("calls").transact({ kind: "system" }, [
      {
        text: "delete from call_recordings where call_id = any($1::uuid[])",
        values: [[call.id, straggler.id]],
      },
    ]);
    expect(await objectsOf(call)).toHaveLength(2);
    const sweep = () => mesh.harness.getWorker().scheduled({ cron: "* * * * *" });
    await sweep();
    expect(await objectsOf(call)).toEqual([]);
    // Ten minutes later nothing can be under way any more.
    expect(await rowsOf("recording_erasures", call)).toHaveLength(1);
    await mesh.database.as("calls").transact({ kind: "system" }, [
      {
        text: "update recording_erasures set asked_at = now() - interval '11 minutes', next_attempt_at = now() where call_id = $1",
        values: [call.id],
      },
    ]);
    await sweep();
    expect(await rowsOf("recording_erasures", call)).toEqual([]);
    expect(await rowsOf("recording_erasures", straggler)).toHaveLength(1);
  });

  test("goes with its owner, who is told of it when they take their data along", async () => {
    const leaver = await register(api);
    const call = await recorded(leaver);
    const { calls } = (await api.good("exportAccount", { token: leaver.token })).calls;
    expect(calls).toMatchObject([{ id: call.id, recording: { seconds: 10.5 } }]);
    await api.good("deleteAccount", { token: leaver.token, body: { password: leaver.password } });
    await expectGone(call);
  });
});
