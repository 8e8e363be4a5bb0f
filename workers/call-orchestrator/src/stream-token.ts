// The secret that opens a call's one stream. It is worked out of the call and a key, not drawn: the voice pipeline is told its
// hash while the phone rings, Twilio the token itself at the answer, and in between it is kept nowhere. From when, how long
// and how often it is good is decided in SQL.
import type { DerivedKey } from "./derived-key.ts";
import { sha256 } from "./fingerprint.ts";

export interface StreamToken {
  token: string;
  /** SHA-256 in hex: what SQL and the pipeline know. */
  hash: string;
}
export type StreamTokens = (callId: string) => Promise<StreamToken>;

export function streamTokens(derived: DerivedKey): StreamTokens {
  return async (callId) => {
    const token = Array.from(await derived(`the stream of call ${callId}`), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
    return { token, hash: await sha256(token) };
  };
}
