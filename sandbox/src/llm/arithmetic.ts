/** A sum in a sentence: "what is twelve times seven", "15 minus 4". */
import { readNumber, spokenNumber } from "./spoken-numbers.ts";

export interface Sum {
  left: number;
  right: number;
  operator: "+" | "-" | "*" | "/";
}

const operators: Record<string, Sum["operator"]> = {
  plus: "+",
  "+": "+",
  minus: "-",
  "-": "-",
  less: "-",
  times: "*",
  x: "*",
  "*": "*",
  multiplied: "*",
  divided: "/",
  over: "/",
  "/": "/",
};
const said = { "+": "plus", "-": "minus", "*": "times", "/": "divided by" } as const;

export const findSum = (text: string): Sum | undefined => {
  const words = text
    .toLowerCase()
    .replace(/(\d)([+*x])(\d)/g, "$1 $2 $3")
    .replace(/[?!,;:]|\.(?!\d)/g, " ")
    .split(/\s+/)
    .filter(Boolean);
  for (let at = 0; at < words.length; at += 1) {
    const left = readNumber(words.slice(at));
    if (left === undefined) continue;
    const word = words[at + left.used] ?? "";
    const operator = Object.hasOwn(operators, word) ? operators[word] : undefined;
    if (operator === undefined) continue;
    const from = at + left.used + (words[at + left.used + 1] === "by" ? 2 : 1);
    const right = readNumber(words.slice(from));
    if (right !== undefined) return { left: left.value, right: right.value, operator };
  }
  return undefined;
};

export const expressionOf = (sum: Sum): string => `${sum.left} ${sum.operator} ${sum.right}`;

export const resultOf = ({ left, right, operator }: Sum): number =>
  operator === "+"
    ? left + right
    : operator === "-"
      ? left - right
      : operator === "*"
        ? left * right
        : left / right;

export const spokenSum = (sum: Sum): string => {
  if (sum.operator === "/" && sum.right === 0) return "Dividing by zero is beyond even me.";
  const words = `${spokenNumber(sum.left)} ${said[sum.operator]} ${spokenNumber(sum.right)}`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} is ${spokenNumber(resultOf(sum))}.`;
};
