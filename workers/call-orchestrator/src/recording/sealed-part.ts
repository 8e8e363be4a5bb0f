// Opens one part of a recording, as the voice pipeline sealed it.
import { nonceBytes, placeOf } from "@callmeback/shared/domain/recording";
import type { importCallKey } from "./call-key.ts";

type CallKey = Awaited<ReturnType<typeof importCallKey>>;

/** The sound; throws when it was not sealed for this place with this key, or has been altered. */
export async function openPart(
  key: CallKey,
  callId: string,
  part: number,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: sealed.subarray(0, nonceBytes), additionalData: placeOf(callId, part) },
    key,
    sealed.subarray(nonceBytes),
  );
  return new Uint8Array(opened);
}
