// What Twilio's reports of a ringing phone do at the voice process's door, over the Workers themselves: told once, taken back
// when nobody answers, and never in the way of Twilio, whatever the voice process does.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { callToPrepare } from "@callmeback/shared/contract/voice";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ApiClient } from "./api/client.ts";
import { fromTwilio, twilioFields } from "./api/machines.ts";
import { addHold, addPerson, addPersona } from "./fixtures/people.ts";
import { startTestMesh, type TestMesh } from "./fixtures/test-mesh.ts";

interface Knock {
  method: string;
  path: string;
  authorization: string | undefined;
  body: string;
}
let knocks: Knock[];
let answer: (response: ServerResponse) => void;
const node = createServer(async (request: IncomingMessage, response) => {
  const { method = "", url: path = "", headers } = request;
  knocks.push({ method, path, authorization: headers.authorization, body: await text(request) });
  answer(response);
});
let mesh: TestMesh;
let api: ApiClient;

beforeAll(async () => {
  node.listen(0, "127.0.0.1");
  await once(node, "listening");
  const address = node.address();
  const port = typeof address === "object" ? address?.port : 0;
  mesh = await startTestMesh({ variables: { VOICE_PUBLIC_URL: `ws://127.0.0.1:${port}` } });
  api = new ApiClient(mesh.url);
}, 60_000);
afterAll(async () => {
  await mesh.close();
  node.closeAllConnections();
  node.close();
});
beforeEach(() => {
  knocks = [];
  answer = (response) => response.writeHead(202).end();
});

/** A call that Twilio has taken. */
async function placed() {
  const person = await addPerson(mesh.database);
  const personaId = await addPersona(mesh.database, person);
  const sid = `CA${crypto.randomUUID().replaceAll("-", "")}`;
  const intent = await addHold(mesh.database, person, 225);
  const [found] = await mesh.database.as("calls").transact(person.actor, [
    {
      text: `insert into calls (id, tenant_id, user_id, persona_id, persona, phone_number, twilio_sid, payment_id, hold_cents,
          request_fingerprint, max_seconds)
        select gen_random_uuid(), app.tenant_id(), app.user_id(), p.id,
          jsonb_build_object('id', p.id, 'version', p.version, 'name', p.name, 'voice', p.voice,
            'system_prompt', p.system_prompt, 'greeting', p.greeting), $2, $3, m.id, 225, 'x', 300
        from personas p, payments m where p.id = $1 and m.stripe_payment_intent_id = $4 returning id`,
      values: [personaId, person.phone, sid, intent],
    },
  ]);
  const id = String(found?.[0]?.id);
  const tell = (CallStatus: string, SequenceNumber: string) =>
    api.good(
      "voiceStatus",
      fromTwilio(
        mesh,
        "voiceStatus",
        { call_id: id },
        { ...twilioFields, CallSid: sid, CallStatus, SequenceNumber },
      ),
    );
  return { id, sid, tell };
}

test("a phone that rings is told of once, and nobody's answer too", async () => {
  const { id, sid, tell } = await placed();
  for (const [status, number] of [
    ["initiated", "0"],
    ["ringing", "1"],
    ["ringing", "1"],
  ] as const)
    await tell(status, number);
  await expect.poll(() => knocks.length).toBe(1);
  expect(knocks[0]).toMatchObject({
    method: "POST",
    path: "/prepare",
    authorization: `Bearer ${mesh.voiceNodeKey}`,
  });
  expect(callToPrepare.parse(JSON.parse(knocks[0]?.body ?? "")).session).toMatchObject({
    call_id: id,
    call_sid: sid,
  });
  await tell("no-answer", "2");
  await expect.poll(() => knocks.length).toBe(2);
  expect(knocks[1]).toMatchObject({
    method: "DELETE",
    path: `/prepare/${id}`,
    authorization: `Bearer ${mesh.voiceNodeKey}`,
  });
});

test.each([
  ["is full", (response: ServerResponse) => response.writeHead(503).end()],
  ["breaks off", (response: ServerResponse) => response.destroy()],
  // Held open until the test is over: Twilio's answer is there long before.
  ["says nothing", () => {}],
])("a voice process that %s changes nothing for Twilio, nor for the call", async (_, behave) => {
  answer = behave;
  const { id, sid, tell } = await placed();
  await tell("ringing", "1");
  await expect.poll(() => knocks.length).toBe(1);
  const answered = fromTwilio(mesh, "voiceAnswer", { call_id: id }, { ...twilioFields, CallSid: sid });
  expect(await api.good("voiceAnswer", answered)).toContain("<Stream");
});
