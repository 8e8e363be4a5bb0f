/** What a handset does, as the control surface is told it. Parsed, never assumed. */

export type Step =
  | { say: string }
  | { interrupt: string; afterMs: number }
  | { silenceMs: number }
  | { noiseMs: number; afterMs?: number }
  | { beepMs: number }
  | { announce: string }
  | { digits: string }
  | { hangup: true };

export const behaviours = ["answer", "busy", "no-answer", "decline", "voicemail"] as const;
export type Behaviour = (typeof behaviours)[number];

export interface HandsetPlan {
  behaviour: Behaviour;
  answerAfterMs: number;
  script: Step[];
}

export class BadInput extends Error {}

const friendlyScript: Step[] = [
  { say: "Hello! Nice to hear from you." },
  { say: "I am well, thank you. How are you?" },
  { say: "What time is it?" },
  { say: "That is all for today. Goodbye!" },
  { silenceMs: 10_000 },
  { hangup: true },
];

const voicemailScript: Step[] = [
  { silenceMs: 300 },
  {
    announce:
      "Hello. You have reached my mailbox. I cannot take your call now. Please leave a message after the tone.",
  },
  { beepMs: 500 },
  { silenceMs: 60_000 },
  { hangup: true },
];

const scriptOf = (behaviour: Behaviour): Step[] =>
  behaviour === "voicemail" ? voicemailScript : friendlyScript;

export const friendlyPlan: HandsetPlan = {
  behaviour: "answer",
  answerAfterMs: 1_000,
  script: friendlyScript,
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const milliseconds = (value: unknown, name: string): number => {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0 || value > 3_600_000)
    throw new BadInput(`${name} must be a number of milliseconds from 0 to 3600000.`);
  return value;
};

const words = (value: unknown, name: string): string => {
  if (typeof value !== "string" || value.trim() === "" || value.length > 2_000)
    throw new BadInput(`${name} must be a text of 1 to 2000 characters.`);
  return value;
};

const only = (step: Record<string, unknown>, names: readonly string[], where: string): void => {
  const unknown = Object.keys(step).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new BadInput(`${where} does not know "${unknown}".`);
};

const readStep = (step: unknown, index: number): Step => {
  const where = `script[${index}]`;
  if (!isObject(step)) throw new BadInput(`${where} must be an object.`);
  if ("say" in step) {
    only(step, ["say"], where);
    return { say: words(step.say, `${where}.say`) };
  }
  if ("interrupt" in step) {
    only(step, ["interrupt", "afterMs"], where);
    return {
      interrupt: words(step.interrupt, `${where}.interrupt`),
      afterMs: milliseconds(step.afterMs ?? 500, `${where}.afterMs`),
    };
  }
  if ("silenceMs" in step) {
    only(step, ["silenceMs"], where);
    return { silenceMs: milliseconds(step.silenceMs, `${where}.silenceMs`) };
  }
  if ("noiseMs" in step) {
    only(step, ["noiseMs", "afterMs"], where);
    const noiseMs = milliseconds(step.noiseMs, `${where}.noiseMs`);
    return step.afterMs === undefined
      ? { noiseMs }
      : { noiseMs, afterMs: milliseconds(step.afterMs, `${where}.afterMs`) };
  }
  if ("beepMs" in step) {
    only(step, ["beepMs"], where);
    return { beepMs: milliseconds(step.beepMs, `${where}.beepMs`) };
  }
  if ("digits" in step) {
    only(step, ["digits"], where);
    if (typeof step.digits !== "string" || !/^[0-9A-D*#]{1,32}$/.test(step.digits))
      throw new BadInput(`${where}.digits must be 1 to 32 of 0-9, A-D, * and #.`);
    return { digits: step.digits };
  }
  if (step.hangup === true) {
    only(step, ["hangup"], where);
    return { hangup: true };
  }
  throw new BadInput(
    `${where} must have one of say, interrupt, silenceMs, noiseMs, beepMs, digits, hangup: true.`,
  );
};

/** @throws BadInput */
export const readPlan = (input: unknown): HandsetPlan => {
  if (!isObject(input)) throw new BadInput("The body must be an object.");
  only(input, ["behaviour", "answerAfterMs", "script"], "The handset");
  const behaviour = behaviours.find((each) => each === (input.behaviour ?? "answer"));
  if (behaviour === undefined) throw new BadInput(`behaviour must be one of ${behaviours.join(", ")}.`);
  if (input.script !== undefined && (!Array.isArray(input.script) || input.script.length > 200))
    throw new BadInput("script must be a list of at most 200 steps.");
  return {
    behaviour,
    answerAfterMs: milliseconds(input.answerAfterMs ?? friendlyPlan.answerAfterMs, "answerAfterMs"),
    script: Array.isArray(input.script) ? input.script.map(readStep) : scriptOf(behaviour),
  };
};
