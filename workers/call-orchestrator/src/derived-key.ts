// Secrets that are worked out, not kept: each of its purpose, all of one key.

/** The 32 bytes that belong to a purpose. */
export type DerivedKey = (purpose: string) => Promise<Uint8Array<ArrayBuffer>>;

/** HMAC-SHA256 of the purpose. */
export function derivedKey(keyBase64: string): DerivedKey {
  const key = hmacKey(Uint8Array.from(atob(keyBase64), (char) => char.charCodeAt(0)));
  return async (purpose) => hmac(await key, purpose);
}

export const hmacKey = (bytes: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

export const hmac = async (
  key: Awaited<ReturnType<typeof hmacKey>>,
  text: string,
): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
