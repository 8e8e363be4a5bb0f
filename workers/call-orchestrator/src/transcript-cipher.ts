// Transcripts at rest: AES-256-GCM, each turn bound to its call and place, so that none can be swapped for another.

export interface TranscriptCipher {
  seal(callId: string, seq: number, text: string): Promise<string>;
  /** Throws when the text was not sealed for this place or has been altered. */
  open(callId: string, seq: number, sealed: string): Promise<string>;
}

const version = "v1";
const ivBytes = 12;

/** @param keyBase64 32 bytes in base64. */
export function transcriptCipher(keyBase64: string): TranscriptCipher {
  const key = importKey(keyBase64);
  const parameters = (iv: Uint8Array, callId: string, seq: number) => ({
    name: "AES-GCM",
    iv,
    additionalData: new TextEncoder().encode(`${callId}:${seq}`),
  });
  return {
    async seal(callId, seq, text) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const words = await crypto.subtle.encrypt(
        parameters(iv, callId, seq),
        await key,
        new TextEncoder().encode(text),
      );
      return `${version}.${toBase64(iv)}.${toBase64(new Uint8Array(words))}`;
    },
    async open(callId, seq, sealed) {
      const [is, iv = "", words = ""] = sealed.split(".");
      if (is !== version) throw new Error("A sealed turn of an unknown version.");
      const text = await crypto.subtle.decrypt(
        parameters(fromBase64(iv), callId, seq),
        await key,
        fromBase64(words),
      );
      return new TextDecoder().decode(text);
    },
  };
}

async function importKey(base64: string) {
  const bytes = fromBase64(base64);
  if (bytes.length !== 32) throw new Error("TRANSCRIPT_KEY must be 32 bytes in base64.");
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

const toBase64 = (bytes: Uint8Array) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
