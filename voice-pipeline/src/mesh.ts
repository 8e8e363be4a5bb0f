/** The requests to the mesh, each with a time limit. Its answers are parsed by the contract. */
import { json } from "node:stream/consumers";
import type { LiveWords } from "@callmeback/shared/contract/live";
import { type JournalEntry, voiceRoutes } from "@callmeback/shared/contract/voice";
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import type * as z from "zod";
import { postJson } from "./outside/post-json.ts";

export type OpenedSession = z.infer<typeof voiceRoutes.voiceOpenSession.success.schema>;

export interface MeshConfig {
  url: string;
  nodeKey: string;
  node: string;
}
export interface StreamIdentity {
  call_id: string;
  stream_token: string;
  call_sid: string;
  stream_sid: string;
}

export class MeshRefusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`The mesh answered ${status}.`);
    this.status = status;
  }
}

export const openMesh = (config: MeshConfig) => {
  const post = async (path: string, body: object, limitMs: number): Promise<unknown> => {
    const headers = { authorization: `Bearer ${config.nodeKey}`, ...requestIdHeaders() };
    const url = new URL(`${config.url}${path}`);
    const late = new AbortController();
    // Not AbortSignal.timeout: that one goes off, and makes an error, also after the answer came.
    const waiting = setTimeout(() => late.abort(), limitMs);
    try {
      const answer = await postJson(url, headers, JSON.stringify(body), late.signal);
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) return await json(answer);
      answer.resume();
      throw new MeshRefusal(status);
    } finally {
      clearTimeout(waiting);
    }
  };
  return {
    /** @throws MeshRefusal when the token is not good; never retried, since a token opens once. */
    async openSession(stream: StreamIdentity): Promise<OpenedSession> {
      const answer = await post("/api/voice/sessions", { ...stream, node: config.node }, 5_000);
      return voiceRoutes.voiceOpenSession.success.schema.parse(answer);
    },
    async deliver(callId: string, entries: JournalEntry[]): Promise<number> {
      const answer = await post(`/api/voice/sessions/${callId}/journal`, { entries }, 10_000);
      return voiceRoutes.voiceJournal.success.schema.parse(answer).acknowledged;
    },
    /** Shows words so far to whoever watches; answers whether somebody does. */
    async showWords(callId: string, words: Omit<LiveWords, "type">): Promise<boolean> {
      const answer = await post(`/api/voice/sessions/${callId}/live`, words, 2_000);
      return voiceRoutes.voiceLive.success.schema.parse(answer).watched;
    },
    async hangUp(callId: string): Promise<void> {
      await post(`/api/voice/sessions/${callId}/hangup`, {}, 5_000);
    },
  };
};

export type Mesh = ReturnType<typeof openMesh>;
