/** The pipeline's configuration, from named environment variables; whatever is wrong is named with what to do. */
import { hostname } from "node:os";
import * as z from "zod";
import type { DeepgramConfig } from "./hearing/deepgram.ts";
import type { AuraConfig } from "./speaking/aura.ts";
import type { ElevenLabsConfig } from "./speaking/eleven-labs-wire.ts";
import type { LlmConfig } from "./thinking/llm.ts";

const webSocketUrl = z.url({ protocol: /^wss?$/ });
const httpUrl = z.url({ protocol: /^https?$/ });
const environment = z.object({
  VOICE_PORT: z.coerce.number().int().min(0).max(65_535).default(8788),
  PUBLIC_URL: httpUrl,
  VOICE_NODE_KEY: z.string().min(1),
  JOURNAL_DIR: z.string().min(1),
  DEEPGRAM_URL: webSocketUrl.default("wss://api.deepgram.com"),
  DEEPGRAM_API_KEY: z.string().min(1),
  DEEPGRAM_MODEL: z
    .string()
    .regex(/^(nova|flux)-/, "a nova- or flux- model")
    .default("nova-3"),
  DEEPGRAM_EAGER_TURNS: z.enum(["on", "off"]).default("on"),
  DEEPGRAM_VOICE_MODEL: z
    .string()
    .regex(/^aura-/, "an aura- model")
    .default("aura-2-thalia-en"),
  LLM_BASE_URL: httpUrl.default("https://api.openai.com/v1"),
  LLM_API_KEY: z.string().min(1),
  LLM_MODEL: z.string().min(1).default("gpt-4.1-mini"),
  LLM_FALLBACK_MODEL: z.string().min(1).optional(),
  LLM_FALLBACK_BASE_URL: httpUrl.optional(),
  LLM_FALLBACK_API_KEY: z.string().min(1).optional(),
  ELEVENLABS_URL: webSocketUrl.default("wss://api.elevenlabs.io"),
  ELEVENLABS_API_KEY: z.string().min(1),
});

export interface VoiceConfig {
  port: number;
  mesh: { url: string; nodeKey: string; node: string };
  journalDir: string;
  deepgram: DeepgramConfig;
  llm: LlmConfig;
  elevenLabs: ElevenLabsConfig;
  /** The second choice of voice. */
  aura: AuraConfig;
}

const bare = (url: string): string => url.replace(/\/+$/, "");

/** @throws Error that names each variable which is missing or malformed. */
export const readConfig = (env: Record<string, string | undefined>): VoiceConfig => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const { data, error } = environment.safeParse(given);
  if (!data) {
    const faults = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`Set these environment variables (see .env.example):\n${faults.join("\n")}`);
  }
  const llm = { baseUrl: bare(data.LLM_BASE_URL), apiKey: data.LLM_API_KEY, model: data.LLM_MODEL };
  const fallback = {
    baseUrl: bare(data.LLM_FALLBACK_BASE_URL ?? data.LLM_BASE_URL),
    apiKey: data.LLM_FALLBACK_API_KEY ?? data.LLM_API_KEY,
    model: data.LLM_FALLBACK_MODEL ?? data.LLM_MODEL,
  };
  const isFallbackSet = JSON.stringify(fallback) !== JSON.stringify(llm);
  const deepgram = { url: bare(data.DEEPGRAM_URL), apiKey: data.DEEPGRAM_API_KEY };
  return {
    port: data.VOICE_PORT,
    mesh: { url: bare(data.PUBLIC_URL), nodeKey: data.VOICE_NODE_KEY, node: hostname().slice(0, 100) },
    journalDir: data.JOURNAL_DIR,
    deepgram: { ...deepgram, model: data.DEEPGRAM_MODEL, isEager: data.DEEPGRAM_EAGER_TURNS === "on" },
    aura: { ...deepgram, model: data.DEEPGRAM_VOICE_MODEL },
    llm: { ...llm, fallback: isFallbackSet ? fallback : undefined },
    elevenLabs: { url: bare(data.ELEVENLABS_URL), apiKey: data.ELEVENLABS_API_KEY },
  };
};
