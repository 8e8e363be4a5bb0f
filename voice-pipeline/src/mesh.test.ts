/** What is asked of the mesh over a kept connection that breaks when the question was read. */
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { callId } from "./journal/journal-world.ts";
import { type Mesh, openMesh } from "./mesh.ts";

const persona = {
  id: callId,
  version: 1,
  name: "Luna",
  voice_id: "v",
  system_prompt: "Be Luna.",
  greeting: null,
  silence_seconds: 8,
  leaves_machines: true,
  functions: [],
};
const session = {
  call_id: callId,
  call_sid: "CA",
  request_id: "r",
  persona,
  scenario: null,
  call_pretext: null,
  person: { name: "Sam", time_zone: "UTC" },
  limits: { max_seconds: 600 },
  recording: null,
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Breaks the connection of the second question, once it has read it. */
const breakingMesh = async () => {
  const paths: string[] = [];
  const opened = { session, stream_signatures: ["s"] };
  const answers: Record<string, object> = {
    sessions: opened,
    journal: { acknowledged: 1 },
    live: { watched: true },
  };
  const server = createServer(async (request, response) => {
    await text(request);
    const path = request.url?.split("/").at(-1) ?? "";
    paths.push(path);
    if (paths.length === 2) request.socket.destroy();
    else response.end(JSON.stringify(answers[path] ?? {}));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const mesh = openMesh({ url, nodeKey: "key", node: "node" });
  await mesh.hangUp(callId);
  return { mesh, paths };
};

const stream = { call_id: callId, stream_token: "t", call_sid: "CA", stream_sid: "MZ" };
const asks: Record<string, (mesh: Mesh) => Promise<unknown>> = {
  sessions: (mesh) => mesh.openSession(stream),
  journal: (mesh) => mesh.deliver(callId, []),
  live: (mesh) => mesh.showWords(callId, { speaker: "caller", text: "Hello" }),
  hangup: (mesh) => mesh.hangUp(callId),
};

it("asks a maker's function once, and says that it failed", async () => {
  const { mesh, paths } = await breakingMesh();
  await expect(mesh.callFunction(callId, { id: callId, name: "order", arguments: "{}" })).rejects.toThrow(
    "socket hang up",
  );
  expect(paths).toEqual(["hangup", "function"]);
});

it.each(["sessions", "journal", "live", "hangup"])("asks %s again, which is answered", async (name) => {
  const { mesh, paths } = await breakingMesh();
  await asks[name]?.(mesh);
  expect(paths).toEqual(["hangup", name, name]);
});
