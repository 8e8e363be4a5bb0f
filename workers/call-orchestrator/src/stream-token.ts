// The secret that opens a call's one stream. It is worked out of the call and a key, not drawn: the voice pipeline is told its
// hash while the phone rings, Twilio the token itself at the answer, and in between it is kept nowhere. From when, how long
// and how often it is good is decided in SQL.
import { sha256 } from "./fingerprint.ts";

export interface StreamToken {
  token: string;
  /** SHA-256 in hex: what SQL and the pipeline know. */
  hash: string;
}
export type StreamTokens = (callId: string) => Promise<StreamToken>;

/** @param keyBase64 32 bytes in base64 */
export function streamTokens(keyBase64: string): StreamTokens {
  const key = crypto.subtle.importKey(
    "raw",
    Uint8Array.from(atob(keyBase64), (char) => char.charCodeAt(0)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return async (callId) => {
    const text = new TextEncoder().encode(`the stream of call ${callId}`);
    const signed = new Uint8Array(await crypto.subtle.sign("HMAC", await key, text));
    const token = Array.from(signed, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return { token, hash: await sha256(token) };
  };
}
