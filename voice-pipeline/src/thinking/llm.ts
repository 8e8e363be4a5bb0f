/** An OpenAI-compatible model, streamed. One retry as long as nothing was said; a deadline for each wait. */
import * as z from "zod";
import type { ChatMessage, FunctionCall } from "../conversation/events.ts";
import { functions } from "./functions.ts";
import { eventData } from "./sse.ts";

export interface LlmConfig {
  baseUrl: string;
  apiKey: string;
  model: string;
}
export interface LlmUsage {
  input: number;
  output: number;
}
export interface Thinking {
  token(text: string): void;
  done(calls: FunctionCall[], usage: LlmUsage): void;
  fault(message: string): void;
  failed(): void;
}

const silentMs = 2_000;
const toolDelta = z.object({
  index: z.int().min(0).max(20).default(0),
  id: z.string().optional(),
  function: z.object({ name: z.string().optional(), arguments: z.string().optional() }).optional(),
});
const chunk = z.object({
  choices: z.array(
    z.object({
      delta: z
        .object({ content: z.string().nullish(), tool_calls: z.array(toolDelta).nullish() })
        .default({}),
    }),
  ),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});

const wire = (message: ChatMessage): object => {
  if (message.role === "tool")
    return { role: "tool", tool_call_id: message.callId, content: message.content };
  if (message.role !== "assistant" || !message.calls) return { role: message.role, content: message.content };
  const calls = message.calls.map(({ id, ...rest }) => ({ id, type: "function", function: rest }));
  return { role: "assistant", content: message.content || null, tool_calls: calls };
};

const estimate = (text: string): number => Math.ceil(text.length / 4);

const attempt = async (
  config: LlmConfig,
  messages: ChatMessage[],
  outer: AbortSignal,
  token: (text: string) => void,
) => {
  const silent = new AbortController();
  const watch = setTimeout(() => silent.abort(new Error("No token in time.")), silentMs);
  try {
    const response = await fetch(`${config.baseUrl}/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${config.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: config.model,
        messages: messages.map(wire),
        tools: functions,
        stream: true,
        stream_options: { include_usage: true },
      }),
      signal: AbortSignal.any([outer, silent.signal]),
    });
    if (!response.ok || !response.body) throw new Error(`The model answered ${response.status}.`);
    const calls: FunctionCall[] = [];
    let usage: LlmUsage | null = null;
    let said = "";
    for await (const data of eventData(response.body)) {
      if (data === "[DONE]") break;
      watch.refresh();
      const event = chunk.parse(JSON.parse(data));
      if (event.usage) usage = { input: event.usage.prompt_tokens, output: event.usage.completion_tokens };
      for (const { delta } of event.choices) {
        if (delta.content) {
          said += delta.content;
          token(delta.content);
        }
        for (const part of delta.tool_calls ?? []) {
          calls[part.index] ??= { id: part.id ?? `call_${part.index}`, name: "", arguments: "" };
          const call = calls[part.index];
          if (!call) continue;
          call.name += part.function?.name ?? "";
          call.arguments += part.function?.arguments ?? "";
        }
      }
    }
    const input = estimate(messages.map(({ content }) => content).join(""));
    return { calls: calls.filter(Boolean), usage: usage ?? { input, output: estimate(said) } };
  } finally {
    clearTimeout(watch);
  }
};

export const think = async (
  config: LlmConfig,
  messages: ChatMessage[],
  signal: AbortSignal,
  on: Thinking,
): Promise<void> => {
  let hasSpoken = false;
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const { calls, usage } = await attempt(config, messages, signal, (text) => {
        hasSpoken = true;
        if (!signal.aborted) on.token(text);
      });
      if (!signal.aborted) on.done(calls, usage);
      return;
    } catch (error) {
      if (signal.aborted) return;
      on.fault(error instanceof Error ? error.message.slice(0, 500) : String(error));
      if (hasSpoken) break;
    }
  }
  on.failed();
};
