/**
 * What the model reads. What never changes comes first and the call so far follows, so that a provider's prompt cache can
 * keep both; what changes with each turn stands last, before the caller's newest words.
 */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import type { ChatMessage } from "../conversation/events.ts";
import { spokenTime, type Tools, toolsOf } from "./functions.ts";

const manner =
  "You are on a telephone call. Speak as people speak: one to three short sentences, plain words, no lists, no markdown, no emoji. Ask one thing at a time. Never deny being an AI. Say goodbye and call end_call when the conversation is over.";

export interface Prompt {
  messages: readonly ChatMessage[];
  tools: Tools;
}

/** What a call asks its model: what stays the same is put together once. */
export const promptsOf = (session: VoiceSession) => {
  const { persona, scenario, person, call_pretext } = session;
  const stable = [
    `Your name is ${persona.name}.`,
    persona.system_prompt,
    manner,
    scenario?.instructions,
    call_pretext === null ? undefined : `Why you call: ${call_pretext}`,
    `You speak with ${person.name}.`,
  ].filter(Boolean);
  const first = { role: "system" as const, content: stable.join("\n\n") };
  const tools = toolsOf(persona);

  return (history: readonly ChatMessage[], now: Date, remainingSeconds: number): Prompt => {
    const minutes = Math.ceil(remainingSeconds / 60);
    const changing = `It is ${spokenTime(now, person.time_zone)} for ${person.name}. The call can last about ${minutes} more minute${minutes === 1 ? "" : "s"}.`;
    const lastWords = history.findLastIndex(({ role }) => role === "user");
    const newest = lastWords === -1 ? history.length : lastWords;
    const messages = [
      first,
      ...history.slice(0, newest),
      { role: "system" as const, content: changing },
      ...history.slice(newest),
    ];
    return { messages, tools };
  };
};
