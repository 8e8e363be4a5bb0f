/** The conversation as an answer needs it: what was asked last, what was said before, what a function answered. */
import type { ChatMessage, ChatRequest } from "./chat-request.ts";

export interface ToolAnswer {
  name: string;
  content: string;
}

export interface Conversation {
  system: string;
  /** The user's last words; empty when it is not the user's turn that we answer. */
  asked: string;
  /** A system note after the first messages, when it is the newest: "the caller is silent". */
  note: string;
  toolAnswers: ToolAnswer[];
  /** Earlier words of the user, oldest first, without the last. */
  userSaid: string[];
  /** Words of ours that the history holds, oldest first. */
  weSaid: string[];
  callerName: string | undefined;
}

/** Stage directions are not words: "[interrupted]", "(cut off)". */
const wordsOf = (message: ChatMessage): string =>
  message.content
    .replace(/\[[^\]]*\]|<[^>]*>|\((?:interrupted|cut off)[^)]*\)/gi, " ")
    .replace(/\s+/g, " ")
    .trim();

const notNames = new Set("a an the so not very just fine good sorry here sure calling from in at".split(" "));

const nameIn = (text: string): string | undefined => {
  const told =
    /\b(?:my name is|call me|my name's|i am called)\s+([\p{L}'’-]+)/iu.exec(text)?.[1] ??
    /\b(?:I am|I'm|[Tt]his is)\s+(\p{Lu}[\p{L}'’-]+)/u.exec(text)?.[1];
  if (told === undefined || notNames.has(told.toLowerCase())) return undefined;
  return told.charAt(0).toUpperCase() + told.slice(1);
};

export const readConversation = ({ messages }: ChatRequest): Conversation => {
  const last = messages.at(-1);
  const calls = new Map(
    messages.flatMap((message) => message.calls.map((call) => [call.id, call.name] as const)),
  );
  const toolAnswers: ToolAnswer[] = [];
  for (const message of [...messages].reverse()) {
    if (message.role !== "tool") break;
    toolAnswers.unshift({ name: calls.get(message.answers ?? "") ?? "", content: message.content });
  }
  const user = messages.filter((message) => message.role === "user").map(wordsOf);
  const isAsked = last?.role === "user";
  const firstSpoken = messages.findIndex((message) => message.role !== "system");
  return {
    system: messages
      .filter((message, index) => message.role === "system" && (firstSpoken < 0 || index < firstSpoken))
      .map((message) => message.content)
      .join("\n"),
    asked: isAsked ? (user.at(-1) ?? "") : "",
    note: last?.role === "system" && firstSpoken >= 0 ? last.content : "",
    toolAnswers,
    userSaid: isAsked ? user.slice(0, -1) : user,
    weSaid: messages
      .filter((message) => message.role === "assistant")
      .map(wordsOf)
      .filter(Boolean),
    callerName: user.map(nameIn).findLast((name) => name !== undefined),
  };
};
