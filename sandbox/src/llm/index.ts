/**
 * An OpenAI-compatible model on loopback: it stays in persona, can call functions and is deterministic. The door:
 * key, addresses, pace. What it says is decided in `answer.ts`.
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Faults } from "../faults.ts";
import type { Provider } from "../provider.ts";
import { answer } from "./answer.ts";
import { readChatRequest } from "./chat-request.ts";
import { chunksOf, complete, wholeCompletion } from "./completion.ts";
import { LlmFailure, wrongKey } from "./errors.ts";
import { writeEventStream } from "./event-stream.ts";

export interface LlmConfig {
  llm: { apiKey: string };
  /** Providers take the time that the real ones take. */
  isRealLatency: boolean;
}

const realPace = { firstMs: 250, eachMs: 1000 / 60 };
const quickPace = { firstMs: 0, eachMs: 2 };
const models = ["sandbox-persona", "sandbox-persona-mini"];

const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

export const createLlm = (config: LlmConfig, faults: Faults): Provider => {
  const checkKey = (request: IncomingMessage): void => {
    const key = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (key !== config.llm.apiKey) throw wrongKey(key);
  };

  const chat = async (body: Buffer, response: ServerResponse): Promise<void> => {
    const asked = readChatRequest(body);
    const completion = complete(
      asked,
      answer(asked),
      `chatcmpl-${randomBytes(14).toString("hex")}`,
      new Date(),
    );
    const fault = faults.get("llm");
    const base = config.isRealLatency ? realPace : quickPace;
    const pace = { ...base, firstMs: fault?.firstByteMs ?? base.firstMs, dropAfterMs: fault?.dropAfterMs };
    if (asked.isStream) {
      await writeEventStream(response, chunksOf(completion), pace);
      return;
    }
    await wait(pace.firstMs + pace.eachMs * completion.tokens.length);
    sendJson(response, 200, wholeCompletion(completion));
  };

  const listModels = () => ({
    object: "list",
    data: models.map((id) => ({ id, object: "model", created: 1_763_596_800, owned_by: "sandbox" })),
  });

  return {
    name: "llm",
    paths: ["/v1/chat/completions", "/v1/models"],
    async request(request, url, body, response) {
      response.setHeader("x-request-id", `req_${randomBytes(12).toString("hex")}`);
      try {
        checkKey(request);
        const asked = `${request.method} ${url.pathname}`;
        if (asked === "POST /v1/chat/completions") await chat(body, response);
        else if (asked === "GET /v1/models") sendJson(response, 200, listModels());
        else throw new LlmFailure(404, "invalid_request_error", null, `Invalid URL (${asked})`);
      } catch (error) {
        if (!(error instanceof LlmFailure)) throw error;
        sendJson(response, error.status, error.body);
      }
    },
    errorBody: (status) => ({
      error:
        status === 429
          ? {
              message: "Rate limit reached for requests",
              type: "requests",
              param: null,
              code: "rate_limit_exceeded",
            }
          : {
              message: "The server had an error while processing your request.",
              type: "server_error",
              param: null,
              code: null,
            },
    }),
  };
};
