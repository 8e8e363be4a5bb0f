/** A chat completion request, parsed: what the rest of this model works with. Unknown options are let through. */
import { invalid, noSuchModel } from "./errors.ts";

type Json = Record<string, unknown>;

export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  /** Which functions an assistant's message called. */
  calls: { id: string; name: string }[];
  /** Which call a tool's message answers. */
  answers: string | undefined;
}

export interface ToolSchema {
  type?: unknown;
  properties?: Json;
  required?: unknown;
}

export interface Tool {
  name: string;
  description: string;
  parameters: ToolSchema;
}

export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  isStream: boolean;
  includeUsage: boolean;
  tools: Tool[];
  /** "auto", "none", "required", or the name of the one function that must be called. */
  toolChoice: string;
  maxTokens: number;
  stop: string[];
  /** Set when the answer must be JSON; empty when no schema was given. */
  jsonSchema: ToolSchema | undefined;
}

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const roles = {
  system: "system",
  developer: "system",
  user: "user",
  assistant: "assistant",
  tool: "tool",
} as const;
const isRole = (role: unknown): role is keyof typeof roles =>
  typeof role === "string" && Object.hasOwn(roles, role);

const contentOf = (content: unknown, at: string): string => {
  if (typeof content === "string") return content;
  if (content === null || content === undefined) return "";
  if (!Array.isArray(content))
    throw invalid(`Invalid type for '${at}.content'.`, `${at}.content`, "invalid_type");
  return content.map((part) => (isJson(part) && typeof part.text === "string" ? part.text : "")).join("");
};

const callsOf = (value: unknown): ChatMessage["calls"] =>
  (Array.isArray(value) ? value : []).flatMap((call) =>
    isJson(call) &&
    typeof call.id === "string" &&
    isJson(call.function) &&
    typeof call.function.name === "string"
      ? [{ id: call.id, name: call.function.name }]
      : [],
  );

const messageOf = (value: unknown, index: number): ChatMessage => {
  const at = `messages[${index}]`;
  if (!isJson(value)) throw invalid(`Invalid type for '${at}': expected an object.`, at, "invalid_type");
  if (!isRole(value.role))
    throw invalid(`Invalid value: '${String(value.role)}' for '${at}.role'.`, `${at}.role`, "invalid_value");
  const answers = typeof value.tool_call_id === "string" ? value.tool_call_id : undefined;
  if (value.role === "tool" && answers === undefined)
    throw invalid(
      `Missing parameter '${at}.tool_call_id'.`,
      `${at}.tool_call_id`,
      "missing_required_parameter",
    );
  return {
    role: roles[value.role],
    content: contentOf(value.content, at),
    calls: callsOf(value.tool_calls),
    answers,
  };
};

const checkToolAnswers = (messages: ChatMessage[]): void => {
  const asked = new Set(messages.flatMap((message) => message.calls.map((call) => call.id)));
  const answered = new Set(messages.map((message) => message.answers));
  messages.forEach((message, index) => {
    if (message.answers !== undefined && !asked.has(message.answers))
      throw invalid(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        `messages.[${index}].role`,
      );
  });
  const open = [...asked].filter((id) => !answered.has(id));
  if (open.length > 0)
    throw invalid(
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(", ")}`,
      "messages",
    );
};

const toolOf = (value: unknown, index: number): Tool => {
  const at = `tools[${index}]`;
  if (!isJson(value) || value.type !== "function" || !isJson(value.function))
    throw invalid(`Invalid value for '${at}': expected a function.`, at, "invalid_value");
  const { name, description, parameters } = value.function;
  if (typeof name !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
    throw invalid(
      `Invalid '${at}.function.name': expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      `${at}.function.name`,
      "invalid_value",
    );
  return {
    name,
    description: typeof description === "string" ? description : "",
    parameters: isJson(parameters) ? parameters : {},
  };
};

const choiceOf = (value: unknown): string => {
  if (isJson(value) && isJson(value.function) && typeof value.function.name === "string")
    return value.function.name;
  return typeof value === "string" ? value : "auto";
};

const schemaOf = (format: unknown): ToolSchema | undefined => {
  if (!isJson(format)) return undefined;
  if (format.type === "json_schema" && isJson(format.json_schema) && isJson(format.json_schema.schema))
    return format.json_schema.schema;
  return format.type === "json_object" ? {} : undefined;
};

/** @throws LlmFailure 400 naming the parameter, 404 for a model that is not there */
export const readChatRequest = (body: Buffer): ChatRequest => {
  let asked: unknown;
  try {
    asked = JSON.parse(body.toString("utf8"));
  } catch {
    throw invalid("We could not parse the JSON body of your request.");
  }
  if (!isJson(asked)) throw invalid("The body of your request must be a JSON object.");
  if (typeof asked.model !== "string" || asked.model === "")
    throw invalid("you must provide a model parameter", "model");
  if (asked.model.startsWith("missing-")) throw noSuchModel(asked.model);
  if (!Array.isArray(asked.messages))
    throw invalid("Missing required parameter: 'messages'.", "messages", "missing_required_parameter");
  if (asked.messages.length === 0)
    throw invalid(
      "Invalid 'messages': empty array. Expected at least one message.",
      "messages",
      "empty_array",
    );
  if (asked.n !== undefined && asked.n !== 1)
    throw invalid("Only n=1 is supported.", "n", "unsupported_value");
  const messages = asked.messages.map(messageOf);
  checkToolAnswers(messages);
  const limit = asked.max_completion_tokens ?? asked.max_tokens;
  if (
    limit !== undefined &&
    limit !== null &&
    !(typeof limit === "number" && Number.isInteger(limit) && limit >= 1)
  )
    throw invalid(
      "Invalid 'max_completion_tokens': integer below minimum value.",
      "max_completion_tokens",
      "integer_below_min_value",
    );
  const stop = typeof asked.stop === "string" ? [asked.stop] : Array.isArray(asked.stop) ? asked.stop : [];
  return {
    model: asked.model,
    messages,
    isStream: asked.stream === true,
    includeUsage: isJson(asked.stream_options) && asked.stream_options.include_usage === true,
    tools: Array.isArray(asked.tools) ? asked.tools.map(toolOf) : [],
    toolChoice: choiceOf(asked.tool_choice),
    maxTokens: typeof limit === "number" ? limit : Number.POSITIVE_INFINITY,
    stop: stop.filter((each) => typeof each === "string" && each !== ""),
    jsonSchema: schemaOf(asked.response_format),
  };
};
