/** The model's instructions, the stable part first so that a provider's prompt cache can keep it. */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import type { ChatMessage } from "../conversation/events.ts";
import { spokenTime } from "./functions.ts";

const manner =
  "You are on a telephone call. Speak as people speak: one to three short sentences, plain words, no lists, no markdown, no emoji. Ask one thing at a time. Never deny being an AI. Say goodbye and call end_call when the conversation is over.";

export const promptOf = (
  session: VoiceSession,
  history: ChatMessage[],
  now: Date,
  remainingSeconds: number,
): ChatMessage[] => {
  const { persona, scenario, person, call_pretext } = session;
  const stable = [
    `Your name is ${persona.name}.`,
    persona.system_prompt,
    manner,
    scenario?.instructions,
    call_pretext === null ? undefined : `Why you call: ${call_pretext}`,
    `You speak with ${person.name}.`,
  ].filter(Boolean);
  const minutes = Math.ceil(remainingSeconds / 60);
  const changing = `It is ${spokenTime(now, person.time_zone)} for ${person.name}. The call can last about ${minutes} more minute${minutes === 1 ? "" : "s"}.`;
  return [
    { role: "system", content: stable.join("\n\n") },
    { role: "system", content: changing },
    ...history,
  ];
};
