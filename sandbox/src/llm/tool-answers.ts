/** What a function answered, said in words. A failure is said as one, never read out. */
import { isJson } from "./chat-request.ts";
import type { ToolAnswer } from "./conversation.ts";
import { spokenNumber, spokenTime } from "./spoken-numbers.ts";

const parse = (content: string): unknown => {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
};

const scalar = (value: unknown, keys: readonly string[]): string | undefined => {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  if (!isJson(value)) return undefined;
  const key = keys.find((each) => value[each] !== undefined) ?? Object.keys(value)[0];
  return key === undefined ? undefined : scalar(value[key], keys);
};

const timeIn = (text: string): string | undefined => {
  const found = /\b(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*([ap])?\.?m?/i.exec(text);
  if (found === null) return undefined;
  const late = found[3]?.toLowerCase();
  const hours = (Number(found[1]) % (late === undefined ? 24 : 12)) + (late === "p" ? 12 : 0);
  return spokenTime(hours, Number(found[2]));
};

const hasFailed = (value: unknown): boolean =>
  (isJson(value) && (value.error !== undefined || value.ok === false)) ||
  (typeof value === "string" && /^(error|failed|timed? ?out)/i.test(value));

const isGoodbye = (name: string): boolean => /end_?call|hang_?up/i.test(name);

const sentence = ({ name, content }: ToolAnswer): string => {
  const value = parse(content);
  if (isGoodbye(name)) return "";
  if (hasFailed(value)) return "I am sorry, I could not find that out just now.";
  if (/time|clock/i.test(name)) {
    const read = scalar(value, ["time", "local_time", "localTime", "now", "iso"]) ?? "";
    return `It is ${timeIn(read) ?? read} right now.`;
  }
  const read = scalar(value, ["result", "answer", "value", "text", "message", "summary"]);
  if (read === undefined) return "That is done.";
  const number = Number(read);
  if (/calc|math|arith/i.test(name) && Number.isFinite(number)) return `That makes ${spokenNumber(number)}.`;
  return `Here is what I found: ${read.replace(/\.$/, "")}.`;
};

export const spokenToolAnswers = (answers: readonly ToolAnswer[]): string =>
  answers.map(sentence).filter(Boolean).join(" ");
