// Which outside world each provider is: the real one when its keys are set and its address is not, the sandbox when
// neither is, somebody else's server when its address is set. Each is decided by itself.
import type { Environment } from "./environment.ts";

interface ProviderVariables {
  readonly name: string;
  /** The variables that hold its address. */
  readonly urls: readonly string[];
  /** What it needs to be known by, with the obviously fake values that the sandbox takes. */
  readonly sandboxKeys: Readonly<Record<string, string>>;
}

export const providerVariables: readonly ProviderVariables[] = [
  {
    name: "Twilio",
    urls: ["TWILIO_API_URL"],
    sandboxKeys: {
      TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
      TWILIO_AUTH_TOKEN: "sandbox_twilio_auth_token",
      TWILIO_FROM_NUMBER: "+15005550006",
      TWILIO_VERIFY_KEY_SID: `SK${"0".repeat(32)}`,
      TWILIO_VERIFY_KEY_SECRET: "sandbox_twilio_verify_secret",
      TWILIO_VERIFY_SERVICE_SID: `VA${"0".repeat(32)}`,
    },
  },
  {
    name: "Stripe",
    urls: ["STRIPE_API_URL"],
    sandboxKeys: {
      STRIPE_SECRET_KEY: "sk_test_sandbox",
      STRIPE_PUBLISHABLE_KEY: "pk_test_sandbox",
      STRIPE_WEBHOOK_SECRET: "whsec_sandbox",
    },
  },
  {
    name: "Deepgram",
    urls: ["DEEPGRAM_URL"],
    sandboxKeys: { DEEPGRAM_API_KEY: "sandbox_deepgram_key" },
  },
  { name: "the language model", urls: ["LLM_BASE_URL"], sandboxKeys: { LLM_API_KEY: "sandbox_llm_key" } },
  {
    name: "ElevenLabs",
    urls: ["ELEVENLABS_URL"],
    sandboxKeys: { ELEVENLABS_API_KEY: "sandbox_elevenlabs_key" },
  },
];

export interface ResolvedProviders {
  /** Addresses and keys for the product's processes; an address that is left out means the real provider. */
  readonly variables: Readonly<Record<string, string>>;
  /** What the sandbox itself accepts. */
  readonly sandboxKeys: Readonly<Record<string, string>>;
  /** Names of the providers that the sandbox plays. */
  readonly sandboxed: readonly string[];
}

/** @throws Error that names the keys that a half configured provider lacks */
export function resolveProviders(env: Environment, sandboxUrl: string): ResolvedProviders {
  const variables: Record<string, string> = {};
  const accepted: Record<string, string> = {};
  const sandboxed: string[] = [];
  for (const { name, urls, sandboxKeys } of providerVariables) {
    const keys = Object.keys(sandboxKeys);
    const given = keys.filter((key) => env[key]);
    const address = urls.find((url) => env[url]);
    Object.assign(accepted, sandboxKeys);
    if (given.length > 0 && given.length < keys.length && address === undefined) {
      const lacking = keys.filter((key) => !env[key]).join(", ");
      throw new Error(`${given.join(", ")} is set for ${name}, but not ${lacking}. Set all, or none.`);
    }
    for (const key of keys) variables[key] = env[key] || (sandboxKeys[key] ?? "");
    if (address !== undefined) for (const url of urls) variables[url] = env[url] ?? "";
    else if (given.length === 0) {
      sandboxed.push(name);
      for (const url of urls) variables[url] = sandboxAddress(url, sandboxUrl);
    }
  }
  return { variables, sandboxKeys: accepted, sandboxed };
}

function sandboxAddress(variable: string, sandboxUrl: string): string {
  if (variable === "LLM_BASE_URL") return `${sandboxUrl}/v1`;
  const isSocket = variable === "DEEPGRAM_URL" || variable === "ELEVENLABS_URL";
  return isSocket ? sandboxUrl.replace(/^http/, "ws") : sandboxUrl;
}
