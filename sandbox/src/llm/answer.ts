/** One answer: the words, and the function call that goes with them. Deterministic: a conversation has one answer. */
import { findSum, spokenSum } from "./arithmetic.ts";
import type { ChatRequest, Tool } from "./chat-request.ts";
import { type Conversation, readConversation } from "./conversation.ts";
import { readPersona } from "./persona.ts";
import { smallTalk } from "./small-talk.ts";
import { spokenToolAnswers } from "./tool-answers.ts";
import { fillArguments } from "./tool-arguments.ts";

export interface Answer {
  text: string;
  call: { name: string; arguments: string } | undefined;
}

const words = (text: string): Answer => ({ text, call: undefined });
const calling = (tool: Tool, asked: string, text = ""): Answer => ({
  text,
  call: { name: tool.name, arguments: JSON.stringify(fillArguments(tool.parameters, asked)) },
});

const goodbye = /\b(?:good ?bye|bye|hang up|have to go|talk to you later|see you (?:later|soon))\b/i;
const askedTime = /\b(?:what(?:'s| is)? (?:the )?time|time is it|the time\b|what time)/i;
const waiting = /^(?:wait|stop|hold on|hang on|one moment|sorry|excuse me|no wait|hey)\b[\s,.!-]*/i;

/** Words of a function's name that say what it is about: `get_order_status` → order, status. */
const ignored = new Set(
  "get set check look lookup find fetch current call do the my a for of up info".split(" "),
);
const isAbout = (tool: Tool, asked: string): boolean => {
  const spoken = asked.toLowerCase();
  const parts = tool.name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[_-]/)
    .filter((part) => part.length > 2 && !ignored.has(part));
  return parts.length > 0 && parts.every((part) => spoken.includes(part));
};

const answerNote = (note: string): Answer => {
  if (/goodbye|say bye|end the call/i.test(note)) return words("It was lovely talking with you. Goodbye.");
  if (/silen|still there|not (?:said|spoken)|no answer/i.test(note)) return words("Are you still there?");
  if (/second|minute|time/i.test(note)) return words("Just so you know, we only have a little time left.");
  return words("I am with you. Please go on.");
};

const answerUser = (conversation: Conversation, tools: Tool[]): Answer => {
  const named = conversation.callerName ? `, ${conversation.callerName}` : "";
  const persona = readPersona(conversation.system);
  const offered = (pattern: RegExp) => tools.find((tool) => pattern.test(tool.name));
  const rest = conversation.asked.replace(waiting, "");
  if (rest === "" && conversation.asked !== "") return words(`Of course${named}. I am listening.`);
  const asked = rest === "" ? conversation.asked : rest;
  if (goodbye.test(asked)) {
    const text = `Goodbye${named}. It was lovely talking with you.`;
    const ending = offered(/end_?call|hang_?up/i);
    return ending ? calling(ending, asked, text) : words(text);
  }
  const clock = offered(/time|clock/i);
  if (askedTime.test(asked))
    return clock ? calling(clock, asked) : words("I do not have a clock at hand, I am afraid.");
  const sum = findSum(asked);
  if (sum !== undefined) {
    const calculator = offered(/calc|arith|math/i);
    return calculator ? calling(calculator, asked) : words(spokenSum(sum));
  }
  const fitting = tools.find((tool) => !/end_?call|hang_?up/i.test(tool.name) && isAbout(tool, asked));
  if (fitting) return calling(fitting, asked);
  return words(smallTalk({ persona, conversation, asked }));
};

const greeting = (system: string): Answer => {
  const { name } = readPersona(system);
  return words(
    name === undefined ? "Hello! How are you today?" : `Hello, this is ${name}. How are you today?`,
  );
};

export const answer = (request: ChatRequest): Answer => {
  const conversation = readConversation(request);
  if (request.jsonSchema !== undefined) {
    const filled = fillArguments(request.jsonSchema, conversation.asked);
    return words(JSON.stringify(Object.keys(filled).length > 0 ? filled : { answer: conversation.asked }));
  }
  const tools = request.toolChoice === "none" ? [] : request.tools;
  const forced =
    tools.find((tool) => tool.name === request.toolChoice) ??
    (request.toolChoice === "required" ? tools[0] : undefined);
  if (forced !== undefined) return calling(forced, conversation.asked);
  if (conversation.toolAnswers.length > 0) return words(spokenToolAnswers(conversation.toolAnswers));
  if (conversation.note !== "") return answerNote(conversation.note);
  if (conversation.asked === "" && conversation.weSaid.length === 0) return greeting(conversation.system);
  if (conversation.asked === "") return words("Please go on, I am listening.");
  return answerUser(conversation, tools);
};
