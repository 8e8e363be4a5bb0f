/** An answer in OpenAI's shapes: the whole completion, or the chunks of a stream in their order. */
import { createHash } from "node:crypto";
import type { Answer } from "./answer.ts";
import type { ChatRequest } from "./chat-request.ts";

/** Tokens as a tokeniser would cut them, near enough: a word with the space before it, or a mark. */
const tokensOf = (text: string): string[] =>
  text.match(/\s*(?:[\p{L}\p{N}'’]{1,12}|[^\p{L}\p{N}\s])|\s+$/gu) ?? [];

export interface Completion {
  id: string;
  created: number;
  request: ChatRequest;
  tokens: string[];
  call: { id: string; name: string; arguments: string } | undefined;
  finish: "stop" | "length" | "tool_calls";
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number } & Record<string, unknown>;
}

const cutAtStop = (text: string, stops: readonly string[]): string => {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends));
};

/** `id` is unique per answer; a call's id is derived from it. */
export const complete = (request: ChatRequest, answer: Answer, id: string, now: Date): Completion => {
  const all = tokensOf(cutAtStop(answer.text, request.stop));
  const tokens = all.slice(0, Math.min(all.length, request.maxTokens));
  const isCut = tokens.length < all.length;
  const call =
    answer.call === undefined || isCut
      ? undefined
      : { id: `call_${createHash("sha256").update(id).digest("hex").slice(0, 24)}`, ...answer.call };
  const promptTokens = request.messages.reduce(
    (sum, message) => sum + tokensOf(message.content).length + 4,
    3,
  );
  const completionTokens = tokens.length + (call ? tokensOf(call.name + call.arguments).length : 0);
  return {
    id,
    created: Math.floor(now.getTime() / 1000),
    request,
    tokens,
    call,
    finish: call ? "tool_calls" : isCut ? "length" : "stop",
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
  };
};

export const wholeCompletion = ({
  id,
  created,
  request,
  tokens,
  call,
  finish,
  usage,
}: Completion): unknown => ({
  id,
  object: "chat.completion",
  created,
  model: request.model,
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: tokens.length === 0 && call ? null : tokens.join(""),
        refusal: null,
        ...(call
          ? {
              tool_calls: [
                { id: call.id, type: "function", function: { name: call.name, arguments: call.arguments } },
              ],
            }
          : {}),
        annotations: [],
      },
      logprobs: null,
      finish_reason: finish,
    },
  ],
  usage,
  service_tier: "default",
  system_fingerprint: "fp_sandbox",
});

/** The events of a stream: each is one `data:` line, and one token of time. */
export const chunksOf = ({ id, created, request, tokens, call, finish, usage }: Completion): unknown[] => {
  const chunk = (choices: unknown[], spent: unknown = null) => ({
    id,
    object: "chat.completion.chunk",
    created,
    model: request.model,
    service_tier: "default",
    system_fingerprint: "fp_sandbox",
    choices,
    ...(request.includeUsage ? { usage: spent } : {}),
  });
  const delta = (change: unknown, reason: string | null = null) =>
    chunk([{ index: 0, delta: change, logprobs: null, finish_reason: reason }]);
  const halves = call
    ? [call.arguments.slice(0, call.arguments.length >> 1), call.arguments.slice(call.arguments.length >> 1)]
    : [];
  return [
    delta({ role: "assistant", content: tokens.length === 0 && call ? null : "", refusal: null }),
    ...tokens.map((content) => delta({ content })),
    ...(call
      ? [
          delta({
            tool_calls: [
              { index: 0, id: call.id, type: "function", function: { name: call.name, arguments: "" } },
            ],
          }),
        ]
      : []),
    ...halves
      .filter(Boolean)
      .map((part) => delta({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
    delta({}, finish),
    ...(request.includeUsage ? [chunk([], usage)] : []),
  ];
};
