/** What everybody says on the telephone, and what to say back. The first rule that fits answers. */
import type { Conversation } from "./conversation.ts";
import { hash, type Persona, pick } from "./persona.ts";
import { story } from "./stories.ts";

export interface Setting {
  persona: Persona;
  conversation: Conversation;
  /** The words to answer, less a "wait" or "sorry" before them. */
  asked: string;
}

type Rule = readonly [RegExp, (setting: Setting, found: RegExpExecArray) => string | undefined];

const named = ({ conversation }: Setting): string =>
  conversation.callerName ? `, ${conversation.callerName}` : "";

const introduction = ({ persona }: Setting): string => {
  const self = persona.name === undefined ? "your AI companion" : `${persona.name}, an AI`;
  return persona.role === undefined ? `I am ${self}.` : `I am ${self}, and here I am ${persona.role}.`;
};

const quote = (text: string): string => `"${text.replace(/"/g, "'")}"`;

const rules: readonly Rule[] = [
  [/^(?:please )?(?:say|repeat after me)[:,]? +(?!that|it|again)(.+)$/i, (_, found) => found[1]],
  [
    /\bwhat(?: was it)? (?:did|have) i (?:just )?(?:say|said|tell|told)\b|\bwhat was i saying\b/i,
    ({ conversation }) => {
      const before = conversation.userSaid.at(-1);
      return before === undefined
        ? "You have only just begun. What is on your mind?"
        : `You said: ${quote(before)}`;
    },
  ],
  [
    /\bwhat (?:did|have) you (?:just )?(?:say|said|tell|told)\b|\bwhat were you saying\b|\bsay (?:that|it) again\b|\brepeat (?:that|it|yourself)\b|\bpardon\b/i,
    ({ conversation }) => {
      const before = conversation.weSaid.at(-1);
      return before === undefined ? "I have not said anything yet." : `I said: ${quote(before)}`;
    },
  ],
  [
    /\b(?:what(?:'s| is)|do you (?:know|remember)) my name\b/i,
    ({ conversation }) =>
      conversation.callerName
        ? `You told me that your name is ${conversation.callerName}.`
        : "You have not told me your name yet. What is it?",
  ],
  [
    /\b(?:my name is|my name's|call me|i am called)\b/i,
    (setting) => `It is a pleasure to meet you${named(setting)}. What would you like to talk about?`,
  ],
  [
    /\b(?:who are you|what(?:'s| is) your name|are you (?:a |an )?(?:robot|ai|human|person|real|machine|computer))\b/i,
    (setting) => `${introduction(setting)} What would you like to talk about?`,
  ],
  [
    /\bwhat can you do\b|\bhow can you help\b/i,
    (setting) => `${introduction(setting)} We can talk, I can tell you a story, and I can do sums.`,
  ],
  [
    /\bstory\b|\btell me (?:something|everything|more)\b.*\blong\b|\btalk for a while\b/i,
    (setting) => `${pick(setting.persona.openers, setting.asked)} ${story(setting.asked)}`,
  ],
  [
    /\bjoke\b|\bmake me laugh\b/i,
    () => "Why did the telephone wear glasses? Because it had lost its contacts. Do you know one?",
  ],
  [
    /\bhow are you\b|\bhow(?:'s| is) it going\b/i,
    (setting) => `I am doing very well, thank you${named(setting)}. How has your day been?`,
  ],
  [
    /\b(?:thank you|thanks)\b/i,
    (setting) => `You are very welcome${named(setting)}. Is there anything else on your mind?`,
  ],
  [
    /\b(?:sad|lonely|tired|stressed|anxious|worried|afraid|upset|unhappy)\b/i,
    (setting, found) =>
      `I am sorry that you feel ${found[0].toLowerCase()}${named(setting)}. Do you want to tell me what happened?`,
  ],
  [
    /^(?:um+ |well |oh )?(?:hello|hi|hey|good (?:morning|afternoon|evening)|good day)\b[^?]{0,24}$/i,
    (setting) => `Hello${named(setting)}! It is lovely to hear your voice. What shall we talk about?`,
  ],
  [
    /^(?:yes|yeah|yep|sure|okay|ok|of course|please do|go on|absolutely)\b[^?]{0,20}$/i,
    ({ conversation }) =>
      conversation.weSaid.length % 2 === 0
        ? "Good. Tell me a little more, then."
        : "Wonderful. Where shall we begin?",
  ],
  [
    /^(?:no|nope|not really|nah)\b[^?]{0,20}$/i,
    () => "That is quite all right. What would you rather talk about?",
  ],
];

const ordinary = new Set(
  "about after again been before being could does doing from going good have having here into just know like little look made make more much need only over really said some something still such tell than that them then there these they thing things think this today very want well were what when where which while will with would your you're i'm it's that's please today yesterday tomorrow because".split(
    " ",
  ),
);

/** The word that a sentence is about: its longest that is not an everyday one. */
const topicOf = (text: string): string | undefined =>
  (text.toLowerCase().match(/[\p{L}'’]{4,}/gu) ?? [])
    .filter((word) => !ordinary.has(word))
    .sort((one, other) => other.length - one.length)[0];

const questions = [
  "What is it that you like about it?",
  "How did that begin?",
  "What would you do next?",
  "And how did that feel?",
  "Who else knows about it?",
] as const;

/** Something engaging about anything at all, in the persona's tone, the same for the same words. */
const engage = (setting: Setting): string => {
  const { persona, conversation, asked } = setting;
  const topic = topicOf(asked);
  const earlier = conversation.userSaid.map(topicOf).findLast((word) => word !== undefined && word !== topic);
  const opener = pick(persona.openers, asked);
  const question = pick(questions, `${asked}?`);
  if (asked.trim().endsWith("?") && topic !== undefined)
    return `${opener} When it comes to ${topic}, I would start with the small things${named(setting)}. ${question}`;
  if (earlier !== undefined && hash(asked) % 3 === 0)
    return `${opener} That makes me think of what you said about ${earlier}. ${question}`;
  return topic === undefined ? `${opener} ${question}` : `${opener} So it is about ${topic}. ${question}`;
};

export const smallTalk = (setting: Setting): string => {
  for (const [pattern, say] of rules) {
    const found = pattern.exec(setting.asked);
    const said = found && say(setting, found);
    if (said) return said;
  }
  return engage(setting);
};
