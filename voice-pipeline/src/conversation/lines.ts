/** What the voice service says by itself. The disclosure is here, where no prompt can remove it. */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { usualOpening } from "@callmeback/shared/domain/voices";

export const greetingOf = (session: VoiceSession): string =>
  `Hello ${session.person.name}, this is ${session.persona.name}, an AI voice from CallMeBack. ${
    session.recording === null ? openingOf(session) : lines.mayRecord
  }`;

/** What the conversation begins with, once everything that must be said is said. */
export const openingOf = ({ persona, scenario }: VoiceSession): string =>
  scenario?.opening ?? persona.greeting ?? usualOpening;

/** What a telephone's own assistant is told. */
export const screenedLine = ({ persona, person }: VoiceSession): string =>
  `This is ${persona.name}, an AI voice from CallMeBack, with the call that ${person.name} asked for. Please put it through.`;

export const timeLeftLine = (seconds: number): string => {
  const minutes = Math.round(seconds / 60);
  if (seconds < 45) return `We have about ${Math.max(1, Math.round(seconds / 10)) * 10} seconds left.`;
  return `We have about ${minutes < 2 ? "one minute" : `${minutes} minutes`} left.`;
};

export const lines = {
  optOut: "I understand. You will not be called again. Goodbye.",
  // Without the word that would begin a recording: on a bad line it could come back as the answer.
  mayRecord: "May I record this call, so that you can listen to it later?",
  mayRecordAgain: "I'm sorry, I did not catch that. May I record this call?",
  recordingBegins: "Thank you. I am recording now.",
  notRecorded: "All right, this call is not recorded.",
  recordingStopped: "I have stopped recording, and what was recorded is being deleted.",
  areYouThere: "Are you still there?",
  silenceGoodbye: "I can't hear you any more, so I'll let you go. Goodbye!",
  menu: "To hear that again, press star 1. For the time that is left, star 2. To end this call, star 3. To never be called again, star 9.",
  minuteLeft: "Just so you know, we have about one minute left.",
  secondsLeft: "We have only a few seconds left.",
  timeGoodbye: "Our time is up. Goodbye!",
  farewell: "Goodbye, and take care!",
  filler: "One moment, please.",
  secondFiller: "I'm still thinking about it.",
  tooManyFunctions: "I'm sorry, I can't work that out just now.",
  functionLate: "I'm sorry, that takes too long just now.",
  cannotHear: "I'm sorry, I can't hear you just now. One moment, please.",
  lostThread: "I'm sorry, I lost my train of thought. Could you say that again?",
  trouble: "I'm sorry, something is wrong on my side. I have to go. Goodbye!",
} as const;
