/**
 * What a persona can do during a call: tell the time, work out a sum, end the call, and what its maker's own service does for
 * it. Failure is told in words.
 */
import type { DeclaredFunction } from "@callmeback/shared/contract/functions";
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { failedFunction } from "@callmeback/shared/domain/functions";
import * as z from "zod";
import type { FunctionCall } from "../conversation/events.ts";
import type { FunctionAnswer } from "../mesh.ts";
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

const everyPersonas = [
  declare("get_current_time", "The date and time now, where the person is.", object({}, [])),
  declare(
    "calculate",
    "Works out an arithmetic expression exactly.",
    object({ expression: { type: "string", description: "For example (12 + 3) * 4" } }, ["expression"]),
  ),
  declare("end_call", "Ends the call after your goodbye has been spoken.", object({}, [])),
];

const makers = ({ name, description, parameters }: DeclaredFunction) => {
  const all = Object.entries(parameters);
  const properties = all.map(([key, { required: _, ...schema }]) => [key, schema]);
  const required = all.filter(([, parameter]) => parameter.required).map(([key]) => key);
  return declare(name, description, object(Object.fromEntries(properties), required));
};

/** Of one persona, as a model is told of them; the same throughout a call. */
export const toolsOf = ({ functions }: VoiceSession["persona"]) => [
  ...everyPersonas,
  ...functions.map(makers),
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

const calculate = (json: string): FunctionAnswer => {
  try {
    return { ok: true, result: String(evaluate(sum.parse(JSON.parse(json)).expression)) };
  } catch (error) {
    return failedFunction(error instanceof RangeError ? error.message : "the arguments make no sense.");
  }
};

/**
 * Never rejects.
 * @param askMaker for what the persona's maker answers; it may reject
 */
export const callFunction = async (
  { name, arguments: json }: FunctionCall,
  { persona, person }: VoiceSession,
  askMaker: (wish: Pick<FunctionCall, "name" | "arguments">) => Promise<FunctionAnswer>,
): Promise<FunctionAnswer> => {
  if (name === "get_current_time") return { ok: true, result: spokenTime(new Date(), person.time_zone) };
  if (name === "calculate") return calculate(json);
  if (!persona.functions.some((each) => each.name === name))
    return failedFunction("there is no such function.");
  return askMaker({ name, arguments: json }).catch(() => failedFunction("nobody could be asked."));
};
