/** For tests: the whole pipeline between three providers and a mesh, each on loopback, each by its own protocol. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, json } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { type CallToPrepare, type JournalEntry, journalEntry } from "@callmeback/shared/contract/voice";
import * as z from "zod";
import { createDeepgram } from "../../../sandbox/src/deepgram/index.ts";
import { createElevenLabs } from "../../../sandbox/src/elevenlabs/index.ts";
import { Faults } from "../../../sandbox/src/faults.ts";
import { createLlm } from "../../../sandbox/src/llm/index.ts";
import { serveProvider } from "../../../sandbox/src/testing/serve-provider.ts";
import { startVoice } from "../server.ts";
import type { Random } from "./random.ts";
import { spoilingProxy } from "./spoiling-proxy.ts";

export const callId = "0199aa00-0000-7000-8000-000000000001";

/** Opens a call's stream, once. */
export const tokenOf = (call: string): string => `token of ${call}`;

/** What Twilio's handshake of each stream is signed with. */
export const streamSignature = "signed by Twilio";
const signatures = { stream_signatures: ["signed otherwise", streamSignature] };

const sessionOf = (call: string, maxSeconds: number) => ({
  call_id: call,
  call_sid: "CA1",
  request_id: "test-request",
  persona: {
    id: "0199aa00-0000-7000-8000-000000000002",
    version: 1,
    name: "Luna",
    voice_id: "21m00Tcm4TlvDq8ikWAM",
    system_prompt: "You are Luna, a cheerful companion.",
    greeting: null,
    silence_seconds: 8,
    leaves_machines: true,
    functions: [],
  },
  scenario: { opening: "How are you?", instructions: "Keep answers short." },
  call_pretext: null,
  person: { name: "Sam", time_zone: "Europe/Berlin" },
  limits: { max_seconds: maxSeconds },
  recording: null,
});
const opening = z.object({ call_id: z.string(), call_sid: z.string(), stream_token: z.string() });
const delivery = z.object({ entries: z.array(journalEntry) });

/** A mesh that opens each call once, and keeps what is delivered of it. */
export const openMesh = async (maxSeconds: number) => {
  const opened = new Map<string, JournalEntry[]>();
  const seen = {
    /** Of each call that was opened. */
    opened,
    /** Of the call that most tests have only. */
    get entries() {
      return opened.get(callId) ?? [];
    },
    hangups: 0,
    /** What was handed in to run a call again, by its id. */
    records: new Map<string, string>(),
    /** An opening is answered once this has resolved. */
    beforeOpening: Promise.resolve(),
    onHangup: () => {},
  };
  const isNew = ({ call_id, call_sid, stream_token }: z.infer<typeof opening>): boolean => {
    if (stream_token !== tokenOf(call_id) || call_sid !== "CA1" || opened.has(call_id)) return false;
    opened.set(call_id, []);
    return true;
  };
  const server = createServer(async (request, response) => {
    const answer = (status: number, content: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
    const record = /sessions\/([^/]+)\/replay$/.exec(request.url ?? "")?.[1];
    if (record !== undefined) {
      if (!seen.records.has(record)) seen.records.set(record, gunzipSync(await buffer(request)).toString());
      answer(200, { message: "kept" });
      return;
    }
    const body: unknown = await json(request);
    const call = /sessions\/([^/]+)\/journal$/.exec(request.url ?? "")?.[1];
    if (call !== undefined) {
      const entries = opened.get(call);
      entries?.push(...delivery.parse(body).entries);
      answer(entries ? 200 : 404, { acknowledged: entries?.at(-1)?.seq ?? 0 });
    } else if (request.url?.endsWith("/hangup")) {
      seen.hangups += 1;
      answer(200, { message: "done" });
      seen.onHangup();
    } else if (request.url?.endsWith("/live")) answer(200, { watched: false });
    else {
      const asked = opening.parse(body);
      await seen.beforeOpening;
      if (isNew(asked)) answer(200, { session: sessionOf(asked.call_id, maxSeconds), ...signatures });
      else answer(403, { error: "INVALID_STREAM_TOKEN", message: "no", request_id: "r" });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { seen, url: `http://127.0.0.1:${port}`, close: () => server.close() };
};

/** What the mesh tells of a call while it rings. */
export const callThatRings = (call: string, maxSeconds = 120): CallToPrepare => ({
  session: sessionOf(call, maxSeconds),
  ...signatures,
  stream_token_hash: createHash("sha256").update(tokenOf(call)).digest("hex"),
});

/** Tells a voice process so. */
export const prepare = (url: string, call: CallToPrepare, key = "k"): Promise<Response> =>
  fetch(`${url}/prepare`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(call),
  });

/** The three providers, by their addresses. */
export const openProviders = async (isRealLatency: boolean) => {
  const faults = new Faults();
  const keys = {
    deepgram: { apiKey: "d" },
    llm: { apiKey: "l" },
    elevenLabs: { apiKey: "e" },
    isRealLatency,
  };
  const served = await Promise.all(
    [createDeepgram(keys, faults), createLlm(keys, faults), createElevenLabs(keys, faults)].map(
      serveProvider,
    ),
  );
  const [deepgram = "", llm = "", elevenLabs = ""] = served.map(({ port }) => `127.0.0.1:${port}`);
  const close = async (): Promise<void> => {
    for (const provider of served) await provider.close();
  };
  return { faults, deepgram, llm, elevenLabs, close };
};

interface Setting {
  /** Providers take the time that the real ones take. */
  isRealLatency?: boolean;
  maxSeconds?: number;
  /** ElevenLabs does not take our key. */
  isVoiceRefused?: boolean;
  /** A Flux model tells turns early. */
  isEager?: boolean;
  /** What the providers say is spoiled on its way. */
  spoiledBy?: Random;
}

/** @param model which one of Deepgram's listens */
export const startPipeline = async (
  model: string,
  {
    isRealLatency = false,
    maxSeconds = 120,
    isVoiceRefused = false,
    isEager = true,
    spoiledBy,
  }: Setting = {},
) => {
  const providers = await openProviders(isRealLatency);
  const { faults } = providers;
  const proxies = await Promise.all(
    spoiledBy
      ? [providers.deepgram, providers.llm, providers.elevenLabs].map((each) =>
          spoilingProxy(each, spoiledBy),
        )
      : [],
  );
  const [deepgram = providers.deepgram, llm = providers.llm, elevenLabs = providers.elevenLabs] = proxies.map(
    ({ address }) => address,
  );
  const mesh = await openMesh(maxSeconds);
  const directory = mkdtempSync(join(tmpdir(), "journal-"));
  const voice = await startVoice({
    port: 0,
    mesh: { url: mesh.url, nodeKey: "k", node: "n" },
    journalDir: directory,
    deepgram: { url: `ws://${deepgram}`, apiKey: "d", model, isEager },
    llm: { baseUrl: `http://${llm}/v1`, apiKey: "l", model: "sandbox-persona" },
    elevenLabs: { url: `ws://${elevenLabs}`, apiKey: isVoiceRefused ? "wrong" : "e" },
    aura: { url: `ws://${deepgram}`, apiKey: "d", model: "aura-2-thalia-en" },
  });
  return {
    seen: mesh.seen,
    faults,
    directory,
    url: voice.url,
    streamUrl: `${voice.url.replace("http", "ws")}/stream`,
    /** Of the process's own figures, one line. */
    async metric(line: string): Promise<number> {
      const text = await (await fetch(`${voice.url}/metrics`)).text();
      const found = text.split("\n").find((each) => each.startsWith(`callmeback_voice_${line} `));
      return Number(found?.split(" ").at(-1) ?? 0);
    },
    prepare: (call = callThatRings(callId, maxSeconds), key = "k") => prepare(voice.url, call, key),
    drain: () => voice.drain(),
    /** Messages of the providers that went through a proxy. */
    proxied: () => proxies.reduce((sum, { messages }) => sum + messages(), 0),
    turnsOf: (speaker: "caller" | "persona") =>
      mesh.seen.entries.flatMap((entry) =>
        entry.type === "turn" && entry.speaker === speaker ? [entry] : [],
      ),
    async close() {
      await voice.close();
      for (const proxy of proxies) proxy.close();
      await providers.close();
      mesh.close();
    },
  };
};

export type Pipeline = Awaited<ReturnType<typeof startPipeline>>;
