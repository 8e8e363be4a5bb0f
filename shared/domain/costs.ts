// What a call costs us, provider by provider: measured use times a price table. Money is in millionths of a dollar here,
// since a second of speech costs less than a cent. What was not measured is null, never 0. Pure.
import * as z from "zod";

const price = z.number().min(0);

/** Dollars for each unit. Every name may be changed by configuration (`COST_TABLE`, a JSON object); the rest stays. */
export const costTable = z.strictObject({
  /** Twilio, outbound to the United States, a begun minute. Source: twilio.com/voice/pricing/us, 2026-11. */
  twilio_minute: price.default(0.014),
  /** Twilio Media Streams, a begun minute. Source: the same page. */
  twilio_stream_minute: price.default(0.004),
  /** Deepgram nova-3, streaming, a minute. Source: deepgram.com/pricing, 2026-11. */
  deepgram_minute: price.default(0.0077),
  /** The language model, a million tokens in and out. */
  llm_input_million: price.default(0.15),
  llm_output_million: price.default(0.6),
  /** ElevenLabs flash, a thousand characters. Source: elevenlabs.io/pricing/api, 2026-11. */
  elevenlabs_thousand: price.default(0.05),
  /** Stripe's share of a capture, and its fee for each. Source: stripe.com/pricing. */
  stripe_share: price.default(0.029),
  stripe_capture: price.default(0.3),
});
export type CostTable = z.infer<typeof costTable>;

/** The table with what the configuration changes. @throws Error that names the variable */
export function readCostTable(json: string): CostTable {
  try {
    return costTable.parse(JSON.parse(json === "" ? "{}" : json));
  } catch (cause) {
    throw new Error(
      "COST_TABLE is not a JSON object of known prices in dollars (see shared/domain/costs.ts)",
      { cause },
    );
  }
}

export const costProviders = ["twilio", "deepgram", "llm", "elevenlabs", "stripe"] as const;
export type CostProvider = (typeof costProviders)[number];

export interface CallUse {
  /** From answer to end; null until known. */
  durationSeconds: number | null;
  /** Whether a media stream was ever open. */
  hasStream: boolean;
  /** The voice pipeline's report; null without one. */
  speechToTextSeconds: number | null;
  llmInputTokens: number | null;
  llmOutputTokens: number | null;
  speechCharacters: number | null;
  /** What the card was charged; null until settled. */
  capturedCents: number | null;
}

export interface CostLine {
  provider: CostProvider;
  /** How much of the unit was used; null when it was not measured. */
  quantity: number | null;
  unit: "seconds" | "tokens" | "characters" | "cents";
  /** Millionths of a dollar; null when it is not known. */
  microdollars: number | null;
}

const micro = (dollars: number) => Math.round(dollars * 1_000_000);

/** One line for each provider, in the order of a call. */
export function callCosts(use: CallUse, table: CostTable): CostLine[] {
  const {
    durationSeconds,
    speechToTextSeconds,
    llmInputTokens,
    llmOutputTokens,
    speechCharacters,
    capturedCents,
  } = use;
  const minutes = durationSeconds === null ? null : Math.ceil(durationSeconds / 60);
  const perMinute = table.twilio_minute + (use.hasStream ? table.twilio_stream_minute : 0);
  const tokens =
    llmInputTokens === null || llmOutputTokens === null ? null : llmInputTokens + llmOutputTokens;
  const llm =
    llmInputTokens === null || llmOutputTokens === null
      ? null
      : llmInputTokens * table.llm_input_million + llmOutputTokens * table.llm_output_million;
  const fee =
    capturedCents === null
      ? null
      : capturedCents === 0
        ? 0
        : (capturedCents / 100) * table.stripe_share + table.stripe_capture;
  return [
    {
      provider: "twilio",
      quantity: durationSeconds,
      unit: "seconds",
      microdollars: minutes === null ? null : micro(minutes * perMinute),
    },
    {
      provider: "deepgram",
      quantity: speechToTextSeconds,
      unit: "seconds",
      microdollars:
        speechToTextSeconds === null ? null : micro((speechToTextSeconds / 60) * table.deepgram_minute),
    },
    {
      provider: "llm",
      quantity: tokens,
      unit: "tokens",
      microdollars: llm === null ? null : Math.round(llm),
    },
    {
      provider: "elevenlabs",
      quantity: speechCharacters,
      unit: "characters",
      microdollars:
        speechCharacters === null ? null : micro((speechCharacters / 1000) * table.elevenlabs_thousand),
    },
    {
      provider: "stripe",
      quantity: capturedCents,
      unit: "cents",
      microdollars: fee === null ? null : micro(fee),
    },
  ];
}
