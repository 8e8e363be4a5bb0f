// What each process is told. A secret goes only to the process that holds it; of what the mesh is given, each Worker
// gets what its own wrangler.toml declares.
import type { Environment } from "./environment.ts";
import { type HouseSecrets, keepHouseSecrets } from "./house-secrets.ts";
import { type Ports, portVariables } from "./ports.ts";
import { providerVariables, resolveProviders } from "./providers.ts";

export interface StackPlan {
  readonly ports: Ports;
  /** Where secrets, logs, journals and Cloudflare's local state are kept. */
  readonly stateDir: string;
  /** PGlite's directory, or "memory". */
  readonly databaseDir: string;
}

type Variables = Readonly<Record<string, string>>;

export interface ProcessEnvironments {
  readonly sql: Variables;
  /** Unset when every provider is a real one. */
  readonly sandbox: Variables | undefined;
  readonly voice: Variables;
  readonly mesh: Variables;
  readonly web: Variables;
  readonly sandboxed: readonly string[];
}

export function addresses(ports: Ports) {
  return {
    gatewayUrl: `http://127.0.0.1:${ports.gateway}`,
    voiceUrl: `http://127.0.0.1:${ports.voice}`,
    sandboxUrl: `http://127.0.0.1:${ports.sandbox}`,
    sqlUrl: `http://127.0.0.1:${ports.sql}`,
    webUrl: `http://127.0.0.1:${ports.web}`,
  };
}

/** @throws Error that names what is half configured */
export function processEnvironments(env: Environment, plan: StackPlan): ProcessEnvironments {
  const { ports, stateDir } = plan;
  const { gatewayUrl, sandboxUrl, sqlUrl } = addresses(ports);
  const house = { ...keepHouseSecrets(`${stateDir}/secrets.json`), ...given(env, houseNames) };
  const { variables, sandboxKeys, sandboxed } = resolveProviders(env, sandboxUrl);
  const system = withoutOurs(env);
  const PUBLIC_URL = env.PUBLIC_URL || gatewayUrl;
  const VOICE_PUBLIC_URL = env.VOICE_PUBLIC_URL || `ws://127.0.0.1:${ports.voice}`;
  return {
    sandboxed,
    sql: {
      ...system,
      SQL_PORT: `${ports.sql}`,
      SQL_PASSWORD: house.SQL_PASSWORD,
      DATA_DIR: plan.databaseDir,
      ...given(env, ["DATABASE_URL"]),
    },
    sandbox:
      sandboxed.length === 0
        ? undefined
        : {
            ...system,
            ...sandboxKeys,
            SANDBOX_PORT: `${ports.sandbox}`,
            STRIPE_WEBHOOK_URL: `${PUBLIC_URL}/api/webhooks/stripe`,
            TWILIO_MESSAGE_URL: `${PUBLIC_URL}/api/voice/message`,
            CRON_URL: cronUrl(gatewayUrl),
          },
    voice: {
      ...system,
      ...only(variables, /^(DEEPGRAM|LLM|ELEVENLABS)_/),
      ...given(env, voiceNames),
      VOICE_PORT: `${ports.voice}`,
      VOICE_PUBLIC_URL,
      PUBLIC_URL,
      VOICE_NODE_KEY: house.VOICE_NODE_KEY,
      JOURNAL_DIR: `${stateDir}/journal`,
    },
    mesh: {
      ...system,
      ...only(variables, /^(TWILIO|STRIPE)_/),
      ...given(env, ["PASSWORD_HASH_COST", "RATE_LIMIT_SCALE", "COST_TABLE"]),
      ADMIN_EMAIL: env.ADMIN_EMAIL || localAdminEmail,
      CORS_ORIGINS: env.CORS_ORIGINS || webOrigins(ports),
      ...house,
      TRUST_LOOPBACK_CLIENT: "true",
      PUBLIC_URL,
      VOICE_PUBLIC_URL,
      DATABASE_URL: `postgres://callmeback_proxy:${house.SQL_PASSWORD}@127.0.0.1:${ports.sql}/callmeback`,
      SQL_ENDPOINT_URL: `${sqlUrl}/sql`,
      WRANGLER_SEND_METRICS: "false",
      CI: "1",
    },
    web: {
      ...system,
      WEB_PORT: `${ports.web}`,
      WEB_DIR: `${stateDir}/web`,
      WEB_CONFIG: JSON.stringify({
        apiUrl: PUBLIC_URL,
        phoneUrl: sandboxed.includes("Twilio") ? sandboxUrl : null,
        hearsVoices: !sandboxed.includes("Deepgram"),
        stripeUrl: sandboxed.includes("Stripe") ? sandboxUrl : null,
        stripePublishableKey: variables.STRIPE_PUBLISHABLE_KEY,
      }),
    },
  };
}

/** The web app's own address, by both of its names. */
function webOrigins(ports: Ports): string {
  return `http://127.0.0.1:${ports.web},http://localhost:${ports.web}`;
}

/** The operator of a stack that was told of none. */
export const localAdminEmail = "admin@callmeback.example";

/** Where `wrangler dev` takes a cron trigger; it reaches the first Worker only. */
export function cronUrl(gatewayUrl: string): string {
  return `${gatewayUrl}/cdn-cgi/handler/scheduled`;
}

const houseNames: readonly (keyof HouseSecrets)[] = [
  "SQL_PASSWORD",
  "VOICE_NODE_KEY",
  "TRANSCRIPT_KEY",
  "AUTH_SIGNING_KEY",
  "AUTH_PUBLIC_KEY",
  "ADMIN_PASSWORD",
];

const voiceNames = [
  "DEEPGRAM_MODEL",
  "DEEPGRAM_EAGER_TURNS",
  "DEEPGRAM_VOICE_MODEL",
  "LLM_MODEL",
  "LLM_FALLBACK_MODEL",
  "LLM_FALLBACK_BASE_URL",
  "LLM_FALLBACK_API_KEY",
];

const ours = new Set<string>([
  ...houseNames,
  ...providerVariables.flatMap(({ urls, sandboxKeys }) => [...urls, ...Object.keys(sandboxKeys)]),
  ...Object.values(portVariables),
  ...["DATABASE_URL", "DATA_DIR", "PUBLIC_URL", "VOICE_PUBLIC_URL"],
  ...voiceNames,
  ...[
    "ADMIN_EMAIL",
    "COST_TABLE",
    "PASSWORD_HASH_COST",
    "RATE_LIMIT_SCALE",
    "CORS_ORIGINS",
    "TRUST_LOOPBACK_CLIENT",
  ],
]);

/** PATH, HOME and the like: what any program of this machine may see. */
function withoutOurs(env: Environment): Variables {
  return given(
    env,
    Object.keys(env).filter((name) => !ours.has(name)),
  );
}

function given(env: Environment, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

function only(variables: Variables, form: RegExp): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => form.test(name)));
}
