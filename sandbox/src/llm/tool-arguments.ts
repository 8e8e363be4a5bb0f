/** Fills a function's arguments from what was said, following its JSON schema: deterministic, and valid by its types. */

import { expressionOf, findSum, resultOf, type Sum } from "./arithmetic.ts";
import { isJson, type ToolSchema } from "./chat-request.ts";
import { readNumber } from "./spoken-numbers.ts";

const operatorWords: Record<Sum["operator"], string[]> = {
  "+": ["+", "add", "plus", "sum"],
  "-": ["-", "subtract", "minus"],
  "*": ["*", "x", "multiply", "times"],
  "/": ["/", "divide"],
};

const numbersIn = (text: string): number[] => {
  const words = text
    .toLowerCase()
    .replace(/[?!,;:]/g, " ")
    .split(/\s+/);
  const found: number[] = [];
  for (let at = 0; at < words.length; ) {
    const number = readNumber(words.slice(at));
    if (number) found.push(number.value);
    at += number?.used ?? 1;
  }
  return found;
};

const subjectOf = (text: string): string =>
  /\b(?:in|for|about|of|to|called|named)\s+(.+?)[?.!]*$/i.exec(text)?.[1]?.trim() ??
  text.replace(/[?.!]+$/, "");

const fill = (schema: unknown, name: string, text: string, position: number): unknown => {
  const field = isJson(schema) ? schema : {};
  const sum = findSum(text);
  const type = Array.isArray(field.type) ? field.type[0] : field.type;
  if (Array.isArray(field.enum)) {
    const wanted = sum && /op/i.test(name) ? operatorWords[sum.operator] : [];
    const lower = text.toLowerCase();
    return (
      field.enum.find((each) => wanted.includes(String(each))) ??
      field.enum.find((each) => lower.includes(String(each).toLowerCase())) ??
      field.enum[0]
    );
  }
  if (field.default !== undefined) return field.default;
  if (type === "number" || type === "integer") {
    const operands = sum ? [sum.left, sum.right, resultOf(sum)] : numbersIn(text);
    return operands[position] ?? 0;
  }
  if (type === "boolean") return !/\b(no|not|never|don't)\b/i.test(text);
  if (type === "array") return [];
  if (type === "object") return fillArguments(field, text);
  if (sum && /expr|formula|calc|sum|question|input/i.test(name)) return expressionOf(sum);
  if (/zone|tz/i.test(name)) return "UTC";
  if (/reason/i.test(name)) return "the caller said goodbye";
  return subjectOf(text);
};

/** The required properties, and those whose numbers or words are there to be had. */
export const fillArguments = (schema: ToolSchema, text: string): Record<string, unknown> => {
  const properties = isJson(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const wanted = Object.keys(properties).filter((name) => required.includes(name));
  const names = wanted.length > 0 || findSum(text) === undefined ? wanted : Object.keys(properties);
  let numbers = 0;
  return Object.fromEntries(
    names.map((name) => {
      const property = properties[name];
      const isNumber = isJson(property) && (property.type === "number" || property.type === "integer");
      return [name, fill(property, name, text, isNumber ? numbers++ : 0)];
    }),
  );
};
