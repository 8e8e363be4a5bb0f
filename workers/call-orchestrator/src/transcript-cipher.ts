// What was said, at rest: AES-256-GCM, each turn bound to its call and place, so that none can be swapped for another.

export interface TranscriptCipher {
  seal(callId: string, seq: number, text: string): Promise<string>;
  /** Throws when the text was not sealed for this place or has been altered. */
  open(callId: string, seq: number, sealed: string): Promise<string>;
  sealBytes(callId: string, seq: number, bytes: Uint8Array): Promise<string>;
  /** Throws as `open` does. */
  openBytes(callId: string, seq: number, sealed: string): Promise<Uint8Array<ArrayBuffer>>;
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
  const sealBytes = async (callId: string, seq: number, bytes: Uint8Array): Promise<string> => {
    const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
    const sealed = await crypto.subtle.encrypt(parameters(iv, callId, seq), await key, bytes);
    return `${version}.${toBase64(iv)}.${toBase64(new Uint8Array(sealed))}`;
  };
  const openBytes = async (callId: string, seq: number, sealed: string) => {
    const [is, iv = "", bytes = ""] = sealed.split(".");
    if (is !== version) throw new Error("Something sealed of an unknown version.");
    return new Uint8Array(
      await crypto.subtle.decrypt(parameters(fromBase64(iv), callId, seq), await key, fromBase64(bytes)),
    );
  };
  return {
    sealBytes,
    openBytes,
    seal: (callId, seq, text) => sealBytes(callId, seq, new TextEncoder().encode(text)),
    open: async (callId, seq, sealed) => new TextDecoder().decode(await openBytes(callId, seq, sealed)),
  };
}

async function importKey(base64: string) {
  const bytes = fromBase64(base64);
  if (bytes.length !== 32) throw new Error("TRANSCRIPT_KEY must be 32 bytes in base64.");
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** As many as a function takes arguments; a call's events are hundreds of kilobytes. */
const atOnce = 8_192;

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += atOnce)
    text += String.fromCharCode(...bytes.subarray(at, at + atOnce));
  return btoa(text);
}

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
