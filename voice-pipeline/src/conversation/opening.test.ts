import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { expect, it } from "vitest";
import { callThatRings } from "../testing/pipeline.ts";
import { Conversation } from "./conversation.ts";
import { openingOf } from "./opening.ts";

const { session } = callThatRings("0199aa00-0000-7000-8000-000000000001");
const sessions: [string, VoiceSession][] = [
  ["a scenario's opening", session],
  [
    "a persona's own greeting",
    { ...session, scenario: null, persona: { ...session.persona, greeting: "Ahoy!" } },
  ],
  ["no line of its own", { ...session, scenario: null }],
  [
    "figures and signs, which are spoken as words",
    { ...session, scenario: { opening: "It costs $12.50 – *really*.", instructions: "" } },
  ],
];

it.each(sessions)("is what the call says and finishes first, whenever it starts: %s", (_, each) => {
  const opening = openingOf(each);
  const actions = new Conversation(each).handle({ type: "started", at: 1_700_000_000_000 });
  expect(actions).toEqual([
    { type: "say", ...opening },
    { type: "finish", utterance: opening?.utterance },
  ]);
  expect(opening?.text).toMatch(/^Hello Sam, this is Luna, an AI voice from CallMeBack\./);
});
