/** The OpenAI-compatible wire: what is around the messages of a question, and what a piece of a streamed answer says. */
import * as z from "zod";
import type { Body } from "../outside/post-json.ts";
import type { Prompt } from "./prompt.ts";

/** A question's body, in pieces. */
export const requestBody = (model: string, { messages, tools }: Prompt): Body => [
  `{"model":${JSON.stringify(model)},"messages":[`,
  ...messages,
  `],"tools":${tools},"stream":true,"stream_options":{"include_usage":true}}`,
];

const failure = z.object({ message: z.string().optional(), code: z.unknown() });
/** OpenAI's is inside `error`; Cerebras's stands by itself. */
const refusal = z.union([
  z.object({ error: failure }).transform(({ error }) => error),
  z.object({ error: z.string() }).transform(({ error }) => ({ message: error, code: null })),
  failure,
]);

/** What a refusal says of itself; nothing when it is no JSON. */
export const readRefusal = (text: string): { message: string; code: string } => {
  try {
    const { message, code } = refusal.parse(JSON.parse(text));
    return { message: message ?? "", code: typeof code === "string" ? code : "" };
  } catch {
    return { message: "", code: "" };
  }
};

const toolDelta = z.object({
  index: z.int().min(0).max(20).default(0),
  id: z.string().max(200).nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});
/** No model reads or says more in one answer. */
const tokens = z.int().min(0).max(10_000_000);
const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({ content: z.string().nullish(), tool_calls: z.array(toolDelta).nullish() })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  /** A count that makes no sense is none: the estimate stands, and the words beside it are heard. */
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish().catch(null),
});
export type Chunk = z.infer<typeof chunk>;

/** @throws Error with the model's own words when the piece tells of a failure; null when it makes no sense */
export const readChunk = (data: string): Chunk | null => {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof json === "object" && json !== null && "error" in json && json.error)
    throw new Error(`The model failed: ${readRefusal(data).message.slice(0, 300)}`);
  return chunk.safeParse(json).data ?? null;
};
