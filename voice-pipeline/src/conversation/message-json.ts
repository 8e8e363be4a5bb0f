/** A message as models read it, in the JSON that OpenAI made common, and back. */
import * as z from "zod";
import type { ChatMessage, FunctionCall } from "./events.ts";

const isObject = (json: string): boolean => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

/** What a model made up is told to it so that a server can read it: many refuse a call with no arguments, or an odd name. */
export const readableCall = ({ id, name, arguments: given }: FunctionCall): FunctionCall => ({
  id,
  name: /^[\w-]{1,64}$/.test(name) ? name : "unknown",
  arguments: isObject(given) ? given : "{}",
});

const jsonCall = ({ id, name, arguments: given }: FunctionCall): object => ({
  id,
  type: "function",
  function: { name, arguments: given },
});

/** One line. */
export const messageJson = (message: ChatMessage): string => {
  if (message.role === "tool")
    return JSON.stringify({ role: "tool", tool_call_id: message.callId, content: message.content });
  const { role, content } = message;
  if (message.role !== "assistant" || !message.calls) return JSON.stringify({ role, content });
  return JSON.stringify({ role, content: content || null, tool_calls: message.calls.map(jsonCall) });
};

const call = z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) });
const message = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "user"]), content: z.string() }),
  z.object({
    role: z.literal("assistant"),
    content: z.string().nullable(),
    tool_calls: z.array(call).optional(),
  }),
  z.object({ role: z.literal("tool"), tool_call_id: z.string(), content: z.string() }),
]);

export const messageOf = (json: string): ChatMessage => {
  const read = message.parse(JSON.parse(json));
  if (read.role === "tool") return { role: "tool", callId: read.tool_call_id, content: read.content };
  if (read.role !== "assistant") return read;
  const { role, content, tool_calls } = read;
  if (!tool_calls) return { role, content: content ?? "" };
  const calls = tool_calls.map(({ id, function: { name, arguments: given } }) => ({
    id,
    name,
    arguments: given,
  }));
  return { role, content: content ?? "", calls };
};
