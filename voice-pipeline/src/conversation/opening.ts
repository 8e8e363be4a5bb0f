/**
 * What a call says as soon as it starts, told before there is a call: the conversation itself is asked, so that sound which was
 * made of it early fits by construction.
 */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { Conversation } from "./conversation.ts";

export interface Opening {
  utterance: number;
  text: string;
}

/** Null when it is not one whole line. */
export const openingOf = (session: VoiceSession): Opening | null => {
  const [said, finished, ...more] = new Conversation(session).handle({ type: "started", at: 0 });
  if (said?.type !== "say" || finished?.type !== "finish" || more.length > 0) return null;
  return { utterance: said.utterance, text: said.text };
};
