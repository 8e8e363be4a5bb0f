/**
 * The newest part of a long call, within a budget of tokens. What is left out grows in steps, so that the beginning of
 * what the model reads stays the same for many turns and a provider's prompt cache can keep it.
 */
import type { ChatMessage } from "../conversation/events.ts";
import { tokensIn } from "./token-meter.ts";

const perMessage = 4;
const tokensOf = (message: ChatMessage): number => {
  const calls = message.role === "assistant" ? (message.calls ?? []) : [];
  return perMessage + tokensIn(message.content) + tokensIn(calls.length > 0 ? JSON.stringify(calls) : "");
};

export const trimHistory = (
  history: readonly ChatMessage[],
  budgetTokens: number,
  stepTokens: number,
): { messages: ChatMessage[]; isTrimmed: boolean } => {
  const sizes = history.map(tokensOf);
  const excess = sizes.reduce((sum, size) => sum + size, 0) - budgetTokens;
  if (excess <= 0) return { messages: [...history], isTrimmed: false };
  const leaveOut = Math.ceil(excess / stepTokens) * stepTokens;
  let from = 0;
  for (let left = 0; left < leaveOut && from < history.length; from += 1) left += sizes[from] ?? 0;
  // It begins with the caller: an answer of a function is nothing without its question.
  while (from < history.length && history[from]?.role !== "user") from += 1;
  const last = history.findLastIndex(({ role }) => role === "user");
  return { messages: history.slice(Math.min(from, Math.max(0, last))), isTrimmed: true };
};
