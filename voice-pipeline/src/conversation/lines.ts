/** What the voice service says by itself. The disclosure is here, where no prompt can remove it. */
import type { VoiceSession } from "@callmeback/shared/contract/voice";

export const greetingOf = ({ persona, person, scenario }: VoiceSession): string =>
  `Hello ${person.name}, this is ${persona.name}, an AI voice from CallMeBack. ${
    scenario?.opening ?? persona.greeting ?? "It's good to talk to you. How are you?"
  }`;

/** What a telephone's own assistant is told. */
export const screenedLine = ({ persona, person }: VoiceSession): string =>
  `This is ${persona.name}, an AI voice from CallMeBack, with the call that ${person.name} asked for. Please put it through.`;

export const lines = {
  optOut: "I understand. You will not be called again. Goodbye.",
  areYouThere: "Are you still there?",
  silenceGoodbye: "I can't hear you any more, so I'll let you go. Goodbye!",
  minuteLeft: "Just so you know, we have about one minute left.",
  secondsLeft: "We have only a few seconds left.",
  timeGoodbye: "Our time is up. Goodbye!",
  farewell: "Goodbye, and take care!",
  filler: "One moment, please.",
  secondFiller: "I'm still thinking about it.",
  tooManyFunctions: "I'm sorry, I can't work that out just now.",
  functionLate: "I'm sorry, that takes too long just now.",
  lostThread: "I'm sorry, I lost my train of thought. Could you say that again?",
  trouble: "I'm sorry, something is wrong on my side. I have to go. Goodbye!",
} as const;
