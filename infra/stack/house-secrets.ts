// The secrets that only our own processes share. What is not set is made once and kept in a file that only its owner
// can read, so that tokens and transcripts of yesterday can still be read today.
import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface HouseSecrets {
  readonly SQL_PASSWORD: string;
  readonly VOICE_NODE_KEY: string;
  /** 32 bytes in base64: encrypts transcripts at rest. */
  readonly TRANSCRIPT_KEY: string;
  /** Ed25519 as JWK JSON; the signing half belongs to auth alone. */
  readonly AUTH_SIGNING_KEY: string;
  readonly AUTH_PUBLIC_KEY: string;
  /** Of the first operator. */
  readonly ADMIN_PASSWORD: string;
}

/** @throws Error when the file is there and cannot be read as ours */
export function keepHouseSecrets(file: string): HouseSecrets {
  const kept = read(file);
  if (kept !== undefined && kept.ADMIN_PASSWORD !== "") return kept;
  const made = makeHouseSecrets();
  // A file from before there were operators has all but one.
  const whole = kept === undefined ? made : { ...kept, ADMIN_PASSWORD: made.ADMIN_PASSWORD };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(whole, undefined, 2)}\n`, { mode: 0o600 });
  return whole;
}

/** Fresh ones, kept nowhere. */
export function makeHouseSecrets(): HouseSecrets {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const about = { alg: "EdDSA", use: "sig", kid: randomUUID() };
  return {
    SQL_PASSWORD: randomBytes(24).toString("hex"),
    VOICE_NODE_KEY: randomBytes(32).toString("hex"),
    TRANSCRIPT_KEY: randomBytes(32).toString("base64"),
    AUTH_SIGNING_KEY: JSON.stringify({ ...privateKey.export({ format: "jwk" }), ...about }),
    AUTH_PUBLIC_KEY: JSON.stringify({ ...publicKey.export({ format: "jwk" }), ...about }),
    ADMIN_PASSWORD: randomBytes(12).toString("base64url"),
  };
}

function read(file: string): HouseSecrets | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  try {
    const parsed: Readonly<Record<string, unknown>> = JSON.parse(text);
    const take = (name: keyof HouseSecrets): string => {
      const value = parsed[name];
      if (typeof value !== "string") throw new Error(`${name} is missing`);
      return value;
    };
    return {
      SQL_PASSWORD: take("SQL_PASSWORD"),
      VOICE_NODE_KEY: take("VOICE_NODE_KEY"),
      TRANSCRIPT_KEY: take("TRANSCRIPT_KEY"),
      AUTH_SIGNING_KEY: take("AUTH_SIGNING_KEY"),
      AUTH_PUBLIC_KEY: take("AUTH_PUBLIC_KEY"),
      ADMIN_PASSWORD: typeof parsed.ADMIN_PASSWORD === "string" ? parsed.ADMIN_PASSWORD : "",
    };
  } catch (cause) {
    throw new Error(
      `${file} is damaged. Restore it, or delete it to have new secrets made (everybody signs in again).`,
      {
        cause,
      },
    );
  }
}
