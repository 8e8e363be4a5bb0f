/** What a persona can do during a call: tell the time, work out a sum, end the call. Failure is told in words. */
import * as z from "zod";
import type { FunctionCall } from "../conversation/events.ts";
import { evaluate } from "./arithmetic.ts";

const object = (properties: Record<string, unknown>, required: string[]) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const declare = (name: string, description: string, parameters: object) => ({
  type: "function" as const,
  function: { name, description, parameters },
});

export const functions = [
  declare("get_current_time", "The date and time now, where the person is.", object({}, [])),
  declare(
    "calculate",
    "Works out an arithmetic expression exactly.",
    object({ expression: { type: "string", description: "For example (12 + 3) * 4" } }, ["expression"]),
  ),
  declare("end_call", "Ends the call after your goodbye has been spoken.", object({}, [])),
];

/** To make one is slow, and there are only so many zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

export const spokenTime = (now: Date, timeZone: string): string => {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "long",
      day: "numeric",
      month: "long",
      hour: "numeric",
      minute: "2-digit",
      hour12: true,
    });
  formats.set(timeZone, format);
  return format.format(now);
};

const sum = z.object({ expression: z.string() });

export const callFunction = (
  call: FunctionCall,
  now: Date,
  timeZone: string,
): { ok: boolean; result: string } => {
  try {
    if (call.name === "get_current_time") return { ok: true, result: spokenTime(now, timeZone) };
    if (call.name === "calculate")
      return { ok: true, result: String(evaluate(sum.parse(JSON.parse(call.arguments)).expression)) };
    return { ok: false, result: "error: there is no such function. Say that you cannot do that." };
  } catch (error) {
    const reason = error instanceof RangeError ? error.message : "the arguments make no sense.";
    return { ok: false, result: `error: ${reason} Say in your own words that it did not work.` };
  }
};
