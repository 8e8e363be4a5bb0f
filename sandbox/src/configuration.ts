/** What the sandbox is told at its start: its port, the credentials it accepts and the addresses it calls back. */
import type { DeepgramConfig } from "./deepgram/index.ts";
import type { ElevenLabsConfig } from "./elevenlabs/index.ts";
import type { LlmConfig } from "./llm/index.ts";
import type { StripeConfig } from "./stripe/index.ts";
import type { TwilioConfig } from "./twilio/index.ts";

export interface SandboxConfig
  extends DeepgramConfig,
    ElevenLabsConfig,
    LlmConfig,
    StripeConfig,
    TwilioConfig {
  /** 0: any free port. */
  port: number;
  /** What `POST /control/cron` asks. */
  cronUrl?: string | undefined;
  log?: (event: Record<string, unknown>) => void;
}

const port = (text: string): number => {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535)
    throw new Error(`SANDBOX_PORT is '${text}': give a port number, or 0 for any free one.`);
  return value;
};

const address = (env: NodeJS.ProcessEnv, name: string): string | undefined => {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new Error(`${name} is not an address: give one that begins with http:// or https://.`);
  return text;
};

const latency = (text = "real"): boolean => {
  if (text !== "real" && text !== "none")
    throw new Error(`SANDBOX_LATENCY is '${text}': give 'real' (as the real providers) or 'none'.`);
  return text === "real";
};

/** @throws Error that names the variable and what to do */
export const readConfiguration = (env: NodeJS.ProcessEnv): SandboxConfig => {
  const required = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is missing: set it to the value that the product uses.`);
    return value;
  };
  return {
    port: port(env.SANDBOX_PORT ?? "8790"),
    isRealLatency: latency(env.SANDBOX_LATENCY),
    twilio: {
      accountSid: required("TWILIO_ACCOUNT_SID"),
      authToken: required("TWILIO_AUTH_TOKEN"),
      fromNumber: required("TWILIO_FROM_NUMBER"),
      verifyKeySid: required("TWILIO_VERIFY_KEY_SID"),
      verifyKeySecret: required("TWILIO_VERIFY_KEY_SECRET"),
      verifyServiceSid: required("TWILIO_VERIFY_SERVICE_SID"),
      messageUrl: address(env, "TWILIO_MESSAGE_URL"),
    },
    stripe: {
      secretKey: required("STRIPE_SECRET_KEY"),
      publishableKey: required("STRIPE_PUBLISHABLE_KEY"),
      webhookSecret: required("STRIPE_WEBHOOK_SECRET"),
      webhookUrl: address(env, "STRIPE_WEBHOOK_URL"),
    },
    deepgram: { apiKey: required("DEEPGRAM_API_KEY") },
    llm: { apiKey: required("LLM_API_KEY") },
    elevenLabs: { apiKey: required("ELEVENLABS_API_KEY") },
    cronUrl: address(env, "CRON_URL"),
  };
};
