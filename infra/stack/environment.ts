// The stack's environment variables, read and checked in one place: a malformed one is named with what to do.
// `.env.example` lists them with a sentence each.
import { type Ports, portVariables } from "./ports.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Forms of the variables that have one; an empty value counts as unset. */
const forms: readonly (readonly [name: string, form: RegExp, advice: string])[] = [
  [
    "DATABASE_URL",
    /^postgres(ql)?:\/\/\S+$/,
    "a postgresql:// address; leave it unset for the embedded database",
  ],
  ["PUBLIC_URL", /^https?:\/\/[^/\s]+$/, "an http(s):// address without a path or a slash at the end"],
  ["VOICE_PUBLIC_URL", /^wss?:\/\/[^/\s]+$/, "a ws(s):// address without a path or a slash at the end"],
  ["TWILIO_API_URL", /^https?:\/\/\S+[^/\s]$/, "an http(s):// address without a slash at the end"],
  ["STRIPE_API_URL", /^https?:\/\/\S+[^/\s]$/, "an http(s):// address without a slash at the end"],
  ["LLM_BASE_URL", /^https?:\/\/\S+[^/\s]$/, "an http(s):// address, with /v1 where the server has it"],
  ["DEEPGRAM_URL", /^wss?:\/\/\S+[^/\s]$/, "a ws(s):// address without a slash at the end"],
  ["ELEVENLABS_URL", /^wss?:\/\/\S+[^/\s]$/, "a ws(s):// address without a slash at the end"],
  ["TWILIO_ACCOUNT_SID", /^AC[0-9a-f]{32}$/i, "AC and 32 hexadecimal digits, from Twilio's console"],
  ["TWILIO_VERIFY_KEY_SID", /^SK[0-9a-f]{32}$/i, "SK and 32 hexadecimal digits: an API key's id"],
  ["TWILIO_VERIFY_SERVICE_SID", /^VA[0-9a-f]{32}$/i, "VA and 32 hexadecimal digits: a Verify service's id"],
  ["TWILIO_FROM_NUMBER", /^\+[1-9]\d{6,14}$/, "a phone number in E.164, like +15005550006"],
  ["STRIPE_SECRET_KEY", /^(sk|rk)_/, "a secret key, which begins with sk_ or rk_"],
  ["STRIPE_PUBLISHABLE_KEY", /^pk_/, "a publishable key, which begins with pk_"],
  ["STRIPE_WEBHOOK_SECRET", /^whsec_/, "a webhook's signing secret, which begins with whsec_"],
  ["SQL_PASSWORD", /^[\w-]{12,}$/, "at least 12 letters, digits, - or _"],
  ["VOICE_NODE_KEY", /^[\w-]{20,}$/, "at least 20 letters, digits, - or _ (openssl rand -hex 32)"],
  ["TRANSCRIPT_KEY", /^[A-Za-z0-9+/]{43}=$/, "32 bytes in base64 (openssl rand -base64 32)"],
  ["ADMIN_EMAIL", /^[^@\s]+@[^@\s]+$/, "an e-mail address"],
  ["ADMIN_PASSWORD", /^.{12,72}$/, "at least 12 characters"],
  ["COST_TABLE", /^\{.*\}$/s, "a JSON object of prices in dollars"],
  ["PASSWORD_HASH_COST", /^([4-9]|1\d)$/, "bcrypt's cost, from 4 to 19"],
  [
    "RATE_LIMIT_SCALE",
    /^(?!0+(\.0+)?$)\d+(\.\d+)?$/,
    "a number above 0; every rate limit is multiplied by it",
  ],
];

/** @throws Error with one line for each variable that is wrong */
export function checkEnvironment(env: Environment): void {
  const faults: string[] = [];
  for (const [name, form, advice] of forms) {
    const value = env[name];
    if (value && !form.test(value)) faults.push(`${name} must be ${advice}.`);
  }
  for (const name of ["AUTH_SIGNING_KEY", "AUTH_PUBLIC_KEY"]) {
    const value = env[name];
    if (value && !isEd25519(value, name === "AUTH_SIGNING_KEY"))
      faults.push(`${name} must be an Ed25519 key as JWK JSON; leave both keys unset to have a pair made.`);
  }
  if (Boolean(env.AUTH_SIGNING_KEY) !== Boolean(env.AUTH_PUBLIC_KEY))
    faults.push("AUTH_SIGNING_KEY and AUTH_PUBLIC_KEY are a pair: set both, or neither.");
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/** The ports of the design unless moved. @throws Error that names the malformed variable */
export function readPorts(env: Environment): Ports {
  return {
    gateway: readPort(env, portVariables.gateway, 8787),
    voice: readPort(env, portVariables.voice, 8788),
    sandbox: readPort(env, portVariables.sandbox, 8790),
    sql: readPort(env, portVariables.sql, 8791),
    web: readPort(env, portVariables.web, 5173),
  };
}

function readPort(env: Environment, name: string, usual: number): number {
  const text = env[name];
  if (!text) return usual;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new Error(`${name} must be a port from 1 to 65535.`);
  return port;
}

function isEd25519(text: string, isPrivate: boolean): boolean {
  try {
    const key: Readonly<Record<string, unknown>> = JSON.parse(text);
    return key.kty === "OKP" && key.crv === "Ed25519" && (typeof key.d === "string") === isPrivate;
  } catch {
    return false;
  }
}
