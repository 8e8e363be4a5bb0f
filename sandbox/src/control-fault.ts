/** Reads what is to go wrong with a provider. */
import type { Fault } from "./faults.ts";
import { BadInput } from "./phones/script.ts";
import type { ProviderName } from "./provider.ts";

const providers: readonly ProviderName[] = ["twilio", "deepgram", "llm", "elevenlabs", "stripe"];
const bounds = {
  latencyMs: [0, 600_000],
  firstByteMs: [0, 600_000],
  errorRate: [0, 1],
  status: [400, 599],
  retryAfter: [0, 86_400],
  dropAfterMs: [0, 3_600_000],
} as const;

const isBounded = (name: string): name is keyof typeof bounds => Object.hasOwn(bounds, name);

/** @throws BadInput */
export const readProvider = (name: string): ProviderName => {
  const found = providers.find((each) => each === name);
  if (found === undefined) throw new BadInput(`The provider must be one of ${providers.join(", ")}.`);
  return found;
};

/** @throws BadInput */
export const readFault = (input: unknown): Fault => {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw new BadInput("The body must be an object.");
  const fault: Fault = {};
  for (const [name, value] of Object.entries(input)) {
    if (name === "stall") {
      if (typeof value !== "boolean") throw new BadInput("stall must be true or false.");
      fault.stall = value;
    } else if (name === "closeRace") {
      if (value !== "final" && value !== "nothing") throw new BadInput("closeRace must be final or nothing.");
      fault.closeRace = value;
    } else if (isBounded(name)) {
      const [least, most] = bounds[name];
      if (typeof value !== "number" || !(value >= least && value <= most))
        throw new BadInput(`${name} must be a number from ${least} to ${most}.`);
      fault[name] = value;
    } else throw new BadInput(`A fault does not know "${name}".`);
  }
  return fault;
};
