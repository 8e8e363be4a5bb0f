/** The query of `/v2/listen` (Flux), and the thresholds that can be changed while it runs. */
import { checkSound, numberOf } from "./query-fields.ts";
import { invalidQuery } from "./refusal.ts";

export interface FluxThresholds {
  eot_threshold: number;
  eager_eot_threshold: number | undefined;
  eot_timeout_ms: number;
}

export interface FluxOptions {
  isDecodable: boolean;
  thresholds: FluxThresholds;
}

const ranges = {
  eot_threshold: [0.5, 1],
  eager_eot_threshold: [0.3, 0.9],
  eot_timeout_ms: [500, 60_000],
} as const;

/** @throws DeepgramRefusal 400 */
export const readFluxOptions = (query: URLSearchParams): FluxOptions => {
  const model = query.get("model");
  if (model !== "flux-general-en" && model !== "flux-general-multi")
    throw invalidQuery("Invalid model: expected flux-general-en or flux-general-multi.");
  const read = (name: keyof typeof ranges) => numberOf(query, name, ranges[name][0], ranges[name][1]);
  const thresholds = {
    eot_threshold: read("eot_threshold") ?? 0.7,
    eager_eot_threshold: read("eager_eot_threshold"),
    eot_timeout_ms: read("eot_timeout_ms") ?? 5000,
  };
  if ((thresholds.eager_eot_threshold ?? 0) > thresholds.eot_threshold)
    throw invalidQuery("eager_eot_threshold must not be greater than eot_threshold.");
  return { isDecodable: checkSound(query), thresholds };
};

const isJson = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** The thresholds after a `Configure`, or undefined if it asks for something that cannot be. */
export const configured = (current: FluxThresholds, message: unknown): FluxThresholds | undefined => {
  const asked = isJson(message) ? (message.thresholds ?? {}) : undefined;
  if (!isJson(asked)) return undefined;
  const next = { ...current };
  for (const name of Object.keys(asked)) {
    if (name !== "eot_threshold" && name !== "eager_eot_threshold" && name !== "eot_timeout_ms")
      return undefined;
    const value = asked[name];
    const [least, most] = ranges[name];
    if (typeof value !== "number" || !(value >= least && value <= most)) return undefined;
    next[name] = value;
  }
  return (next.eager_eot_threshold ?? 0) > next.eot_threshold ? undefined : next;
};
