// What a recording is, for the pipeline that makes it and the Worker that keeps and plays it: both sides of a call as the
// telephone's own mu-law, the caller left and the persona right, sample by sample, in parts of one length.

export const sampleRate = 8_000;
export const channels = { caller: 0, persona: 1 } as const;
/** One byte a sample and side. */
export const bytesPerSecond = sampleRate * 2;
/** Of each part but the last: what a crash may cost, and what waits in memory. */
export const partSeconds = 10;
export const partBytes = partSeconds * bytesPerSecond;
/** Mu-law's silence. */
export const silence = 0xff;

/** A sealed part is a nonce, then AES-256-GCM's ciphertext with its tag. */
export const nonceBytes = 12;
export const sealBytes = nonceBytes + 16;
/** Twenty-seven hours: no call is longer. */
export const mostParts = 10_000;

/** Binds a part to its call and place, so that none can be taken for another. */
export const placeOf = (callId: string, part: number) =>
  new TextEncoder().encode(`recording:${callId}:${part}`);
