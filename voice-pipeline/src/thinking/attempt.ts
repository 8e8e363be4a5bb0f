/** One question to one model, from the asking to the end of its answer. Every wait has an end, and so has every answer. */
import type { IncomingMessage } from "node:http";
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import type { FunctionCall } from "../conversation/events.ts";
import { tokensOf } from "../conversation/tokens.ts";
import { bytesOf, postJson } from "../outside/post-json.ts";
import { canHelp, retryAfterMs } from "../outside/refusal.ts";
import { type Chunk, readChunk, readRefusal, requestBody } from "./chat-wire.ts";
import type { Prompt } from "./prompt.ts";
import { eventData } from "./sse.ts";
import type { TokenMeter } from "./token-meter.ts";

export interface LlmPatience {
  /** A second model is asked as well when the first said nothing for so long. */
  hedgeMs: number;
  firstTokenMs: number;
  /** Between two pieces of an answer. */
  stallMs: number;
  /** After the last word, for the count of tokens. */
  usageMs: number;
  /** From the question to the last word. */
  wholeMs: number;
  /** A new try does not begin later than this. */
  lastTryMs: number;
}

export class LlmFailure extends Error {
  /** Another try can help. */
  readonly canHelp: boolean;
  readonly retryAfterMs: number;

  constructor(message: string, can = true, retryMs = 0) {
    super(message);
    this.canHelp = can;
    this.retryAfterMs = retryMs;
  }
}

/** One model, and where it is asked. */
export interface Model {
  baseUrl: string;
  apiKey: string;
  model: string;
}

export interface Question {
  of: Model;
  prompt: Prompt;
  meter: TokenMeter;
  patience: LlmPatience;
  signal: AbortSignal;
}

export interface Answer {
  token(text: string): void;
  /** All was said; the count of its tokens may follow. Called once, with the functions to be called. */
  finished(calls: FunctionCall[]): void;
}

/** Nobody wants to be told more in one turn. */
const mostText = 8_000;
const mostArguments = 10_000;
const mostMalformed = 5;

const refusalOf = async (response: IncomingMessage): Promise<LlmFailure> => {
  let text = "";
  for await (const piece of response) {
    text += String(piece);
    if (text.length > 10_000) break;
  }
  const status = response.statusCode ?? 0;
  const { message, code } = readRefusal(text);
  const header = (name: string) => String(response.headers[name] ?? "");
  // Another model may be there (404) or take what this one did not (400).
  const can = (canHelp(status) && code !== "insufficient_quota") || status === 404 || status === 400;
  const words = `The model answered ${status}. ${message.slice(0, 200)}`.trim();
  return new LlmFailure(words, can, retryAfterMs(header, new Date()) ?? 0);
};

/** Puts the calls of functions together from their pieces. */
const addCalls = (calls: FunctionCall[], parts: NonNullable<Delta["tool_calls"]>): void => {
  for (const part of parts) {
    calls[part.index] ??= { id: part.id ?? `call_${part.index}`, name: "", arguments: "" };
    const call = calls[part.index];
    if (!call) continue;
    call.name += part.function?.name ?? "";
    call.arguments += part.function?.arguments ?? "";
    if (call.name.length > 200 || call.arguments.length > mostArguments)
      throw new LlmFailure("The model called a function with more than it can take.");
  }
};
type Delta = NonNullable<Chunk["choices"][number]["delta"]>;

/**
 * Resolves when the answer is read to its end, which nobody waits for: what it said is told as it comes.
 * @throws LlmFailure when it fails before it has finished
 */
export const attempt = async (question: Question, on: Answer): Promise<void> => {
  const { of, prompt, patience } = question;
  const stop = new AbortController();
  let why = "The model did not answer in time.";
  const giveUp = (reason: string) => () => {
    why = reason;
    stop.abort();
  };
  const whole = setTimeout(giveUp("The model's answer has no end."), patience.wholeMs);
  let waiting = setTimeout(giveUp(why), patience.firstTokenMs);
  let waitsFor = why;
  const waitFor = (ms: number, reason: string) => {
    // Each word is waited for as the one before it.
    if (waitsFor === reason) {
      waiting.refresh();
      return;
    }
    clearTimeout(waiting);
    waitsFor = reason;
    waiting = setTimeout(giveUp(reason), ms);
  };
  const body = requestBody(of.model, prompt);
  const use = question.meter.open(tokensOf(bytesOf(body)));
  const calls: FunctionCall[] = [];
  let [said, malformed, isFinished, isTaken] = [0, 0, false, false];

  const finish = (): void => {
    // A body that is read to its end leaves its connection for the next turn.
    waitFor(patience.usageMs, "The model does not close its answer.");
    if (isFinished) return;
    isFinished = true;
    // By itself: what breaks in there is a bug of ours, and no failure of the model's to be passed over.
    queueMicrotask(() => on.finished(calls.filter(Boolean)));
  };
  const take = (chunk: Chunk): void => {
    if (chunk.usage) use.counted({ input: chunk.usage.prompt_tokens, output: chunk.usage.completion_tokens });
    for (const { delta, finish_reason } of isFinished ? [] : chunk.choices) {
      const text = delta?.content ?? "";
      const parts = delta?.tool_calls ?? [];
      if (text !== "" || parts.length > 0) waitFor(patience.stallMs, "The model fell silent.");
      if (text !== "") {
        said += text.length;
        use.said(text);
        on.token(text);
      }
      addCalls(calls, parts);
      if (finish_reason) finish();
    }
  };

  const leave = () => stop.abort();
  question.signal.addEventListener("abort", leave);
  if (question.signal.aborted) leave();
  try {
    const response = await postJson(
      new URL(`${of.baseUrl}/chat/completions`),
      { authorization: `Bearer ${of.apiKey}`, ...requestIdHeaders() },
      body,
      stop.signal,
      // Read twice it costs twice, and is answered once.
      { isRepeatable: true },
    );
    if (response.statusCode !== 200) throw await refusalOf(response);
    isTaken = true;
    for await (const data of eventData(response)) {
      if (data === "[DONE]") {
        finish();
        continue;
      }
      const chunk = readChunk(data);
      if (chunk) take(chunk);
      else malformed += 1;
      if (malformed >= mostMalformed) throw new LlmFailure("The model sent what cannot be read.");
      if (said > mostText) {
        finish();
        break;
      }
    }
  } catch (error) {
    const isOurs = stop.signal.aborted && !question.signal.aborted;
    if (!isTaken && !question.signal.aborted && !isOurs) use.refused();
    // All was said; only the count of its tokens is missing.
    if (isFinished) return;
    if (error instanceof LlmFailure) throw error;
    throw new LlmFailure(isOurs ? why : error instanceof Error ? error.message : String(error));
  } finally {
    question.signal.removeEventListener("abort", leave);
    clearTimeout(whole);
    clearTimeout(waiting);
  }
  if (!isFinished) throw new LlmFailure("The model's answer broke off.");
};
