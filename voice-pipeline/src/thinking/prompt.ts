/**
 * What the model reads. What never changes comes first and the call so far follows, so that a provider's prompt cache can
 * keep both; what changes with each turn stands last, before the caller's newest words.
 */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { messageJson } from "../conversation/message-json.ts";
import type { MessagesJson, Reading } from "../conversation/reading.ts";
import { spokenTime, toolsOf } from "./functions.ts";

const manner =
  "You are on a telephone call. Speak as people speak: one to three short sentences, plain words, no lists, no markdown, no emoji. Ask one thing at a time. Never deny being an AI. Say goodbye and call end_call when the conversation is over.";

export interface Prompt {
  messages: MessagesJson;
  /** JSON of a list. */
  tools: string;
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
  const first = messageJson({ role: "system", content: stable.join("\n\n") });
  const tools = JSON.stringify(toolsOf(persona));

  return (history: Reading, now: Date, remainingSeconds: number): Prompt => {
    const minutes = Math.ceil(remainingSeconds / 60);
    const content = `It is ${spokenTime(now, person.time_zone)} for ${person.name}. The call can last about ${minutes} more minute${minutes === 1 ? "" : "s"}.`;
    const changing = `,${messageJson({ role: "system", content })}`;
    return { messages: [first, ...history.beforeCaller, changing, ...history.fromCaller], tools };
  };
};
