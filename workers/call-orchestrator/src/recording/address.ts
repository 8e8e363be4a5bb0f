// The short-lived address of a recording: a call's id, when it expires, and our signature of both. It opens one recording and
// nothing else; whoever has it needs no token, since a player sends none. Pure but for the cryptography; the time comes in.
import { fail } from "@callmeback/shared/contract/errors";

const lifeSeconds = 300;

/** @param secretBase64 the key of transcripts; what signs is derived from it and opens none */
async function signingKey(secretBase64: string) {
  const secret = Uint8Array.from(atob(secretBase64), (char) => char.charCodeAt(0));
  const root = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("address of a recording");
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info },
    root,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign", "verify"],
  );
}

const toBase64Url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
const fromBase64Url = (text: string) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

export interface RecordingAddresses {
  make(callId: string, now: Date): Promise<{ token: string; expiresAt: Date }>;
  /** The call whose recording it opens. Errors: `INVALID_SIGNATURE`, `ADDRESS_EXPIRED`. */
  read(token: string, now: Date): Promise<string>;
}

export function recordingAddresses(secretBase64: string): RecordingAddresses {
  return {
    async make(callId, now) {
      const expires = Math.floor(now.getTime() / 1000) + lifeSeconds;
      const signed = `${callId}.${expires}`;
      const key = await signingKey(secretBase64);
      const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed));
      return { token: `${signed}.${toBase64Url(signature)}`, expiresAt: new Date(expires * 1000) };
    },
    async read(token, now) {
      const [callId = "", expires = "", signature = ""] = token.split(".");
      const key = await signingKey(secretBase64);
      const signed = new TextEncoder().encode(`${callId}.${expires}`);
      if (!(await crypto.subtle.verify("HMAC", key, fromBase64Url(signature), signed)))
        return fail("INVALID_SIGNATURE", "This address was not made by us.");
      if (Number(expires) * 1000 <= now.getTime())
        return fail("ADDRESS_EXPIRED", "This address is too old. Ask for a new one.");
      return callId;
    },
  };
}
