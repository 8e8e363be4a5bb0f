/** The requests to the mesh, each with a time limit. Its answers are parsed by the contract. */
import { json } from "node:stream/consumers";
import type { LiveWords } from "@callmeback/shared/contract/live";
import type { JournalEntry } from "@callmeback/shared/contract/voice";
import { voiceSessionRoutes } from "@callmeback/shared/contract/voice-sessions";
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import type * as z from "zod";
import { postJson } from "./outside/post-json.ts";

export type OpenedSession = z.infer<typeof voiceSessionRoutes.voiceOpenSession.success.schema>;

export type FunctionWish = z.infer<typeof voiceSessionRoutes.voiceFunction.body>;
export type FunctionAnswer = z.infer<typeof voiceSessionRoutes.voiceFunction.success.schema>;

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

const repeatable = { isRepeatable: true };
/** A connection that breaks does not tell whether the question was read. */
const once = { isRepeatable: false };

export class MeshRefusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`The mesh answered ${status}.`);
    this.status = status;
  }
}

export const openMesh = (config: MeshConfig) => {
  /** Not AbortSignal.timeout: that one goes off, and makes an error, also after the answer came. */
  const inTime = async <Answer>(
    limitMs: number,
    work: (late: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> => {
    const late = new AbortController();
    const waiting = setTimeout(() => late.abort(), limitMs);
    try {
      return await work(late.signal);
    } finally {
      clearTimeout(waiting);
    }
  };
  const headers = () => ({ authorization: `Bearer ${config.nodeKey}`, ...requestIdHeaders() });
  const post = (path: string, body: object, limitMs: number, again = repeatable): Promise<unknown> =>
    inTime(limitMs, async (late) => {
      const url = new URL(`${config.url}${path}`);
      const answer = await postJson(url, headers(), [JSON.stringify(body)], late, again);
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) return json(answer);
      answer.resume();
      throw new MeshRefusal(status);
    });
  const put = (path: string, body: Buffer<ArrayBuffer>): Promise<void> =>
    inTime(20_000, async (signal) => {
      const type = { "content-type": "application/octet-stream" };
      const sent = { method: "PUT", headers: { ...headers(), ...type }, body, signal };
      const response = await fetch(`${config.url}${path}`, sent);
      await response.body?.cancel();
      if (!response.ok) throw new MeshRefusal(response.status);
    });
  return {
    /** @throws MeshRefusal when the token is not good, or spent: asked a second time, it opens nothing. */
    async openSession(stream: StreamIdentity): Promise<OpenedSession> {
      const answer = await post("/api/voice/sessions", { ...stream, node: config.node }, 5_000);
      return voiceSessionRoutes.voiceOpenSession.success.schema.parse(answer);
    },
    async deliver(callId: string, entries: JournalEntry[]): Promise<number> {
      const answer = await post(`/api/voice/sessions/${callId}/journal`, { entries }, 10_000);
      return voiceSessionRoutes.voiceJournal.success.schema.parse(answer).acknowledged;
    },
    /** Shows words so far to whoever watches; answers whether somebody does. */
    async showWords(callId: string, words: Omit<LiveWords, "type">): Promise<boolean> {
      const answer = await post(`/api/voice/sessions/${callId}/live`, words, 2_000);
      return voiceSessionRoutes.voiceLive.success.schema.parse(answer).watched;
    },
    /** Asks the persona's maker; what became of it is told in words for a model. Never retried: it would be done twice. */
    async callFunction(callId: string, wish: FunctionWish): Promise<FunctionAnswer> {
      const answer = await post(`/api/voice/sessions/${callId}/function`, wish, 4_000, once);
      return voiceSessionRoutes.voiceFunction.success.schema.parse(answer);
    },
    /** Hands in a sealed part of a recording; safe to repeat. */
    async handInPart(callId: string, part: number, sealed: Buffer<ArrayBuffer>): Promise<void> {
      await put(`/api/voice/sessions/${callId}/recording/${part}`, sealed);
    },
    /** Hands in the gzipped record of a call; safe to repeat. */
    async handInRecord(callId: string, gzipped: Buffer<ArrayBuffer>): Promise<void> {
      await put(`/api/voice/sessions/${callId}/replay`, gzipped);
    },
    async hangUp(callId: string): Promise<void> {
      await post(`/api/voice/sessions/${callId}/hangup`, {}, 5_000);
    },
  };
};

export type Mesh = ReturnType<typeof openMesh>;
