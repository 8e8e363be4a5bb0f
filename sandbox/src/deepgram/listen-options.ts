/** The query of `/v1/listen`, parsed and checked as Deepgram does before it takes the upgrade. */
import { checkSound, flagOf, numberOf } from "./query-fields.ts";
import { invalidQuery } from "./refusal.ts";

export interface ListenOptions {
  model: string;
  isDecodable: boolean;
  hasInterimResults: boolean;
  /** Silence that ends an utterance; undefined when endpointing is off. */
  endpointingMs: number | undefined;
  utteranceEndMs: number | undefined;
  hasVadEvents: boolean;
  isPunctuated: boolean;
  extra: Record<string, string>;
}

const models = /^nova-[23](-[a-z]+)?$/;
const flags = [
  "numerals",
  "diarize",
  "filler_words",
  "profanity_filter",
  "dictation",
  "measurements",
  "multichannel",
];

const endpointingOf = (query: URLSearchParams): number | undefined => {
  if (query.get("endpointing") === "false") return undefined;
  return numberOf(query, "endpointing", 0, 60_000) ?? 10;
};

/** @throws DeepgramRefusal 400 */
export const readListenOptions = (query: URLSearchParams): ListenOptions => {
  const model = query.get("model") ?? "";
  if (!models.test(model)) throw invalidQuery("No such model/language/tier combination found.");
  if (model.startsWith("nova-3") && query.has("keywords"))
    throw invalidQuery("Keywords are not supported for Nova-3; use keyterm instead.");
  if (!model.startsWith("nova-3") && query.has("keyterm"))
    throw invalidQuery("keyterm is supported for Nova-3 only.");
  if (query.get("language") === "multi" && !/^nova-[23](-general)?$/.test(model))
    throw invalidQuery("No such model/language/tier combination found.");
  for (const name of flags) flagOf(query, name);
  const hasInterimResults = flagOf(query, "interim_results");
  const utteranceEndMs = numberOf(query, "utterance_end_ms", 1000, 60_000);
  if (utteranceEndMs !== undefined && !hasInterimResults)
    throw invalidQuery("utterance_end_ms requires interim_results=true.");
  const isPunctuated = [flagOf(query, "punctuate"), flagOf(query, "smart_format")].includes(true);
  return {
    model,
    isDecodable: checkSound(query),
    hasInterimResults,
    endpointingMs: endpointingOf(query),
    utteranceEndMs,
    hasVadEvents: flagOf(query, "vad_events"),
    isPunctuated,
    extra: Object.fromEntries(
      query
        .getAll("extra")
        .map((each) => each.split(":", 2))
        .map(([key, value]) => [key, value ?? ""]),
    ),
  };
};
