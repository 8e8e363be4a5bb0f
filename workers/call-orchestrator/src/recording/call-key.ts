// A recording's own key: made with the call, given to the voice pipeline that holds it, sealed at rest.
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { type Fragment, type Query, rows, sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { TranscriptCipher } from "../transcript-cipher.ts";

/** Where no turn of a call can be, and not where its other sealed words are. */
const place = -1;
const keyBytes = 32;

export const newSealedKey = (cipher: TranscriptCipher, callId: string): Promise<string> =>
  cipher.seal(callId, place, btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(keyBytes)))));

/** The key, base64. */
export const openSealedKey = (cipher: TranscriptCipher, callId: string, sealed: string): Promise<string> =>
  cipher.open(callId, place, sealed);

/** The column that `recordingFor` wants. @param callId names the call in the query around it */
export const sealedKeyOf = (callId: Fragment): Fragment =>
  sql`(select r.sealed_key from call_recordings r where r.call_id = ${callId})`;

/** What the voice pipeline is told: the key, or nothing when nobody is to be asked. */
export const recordingFor = async (
  cipher: TranscriptCipher,
  callId: string,
  sealed: string | null,
): Promise<VoiceSession["recording"]> =>
  sealed === null ? null : { key: await openSealedKey(cipher, callId, sealed) };

/** No row when nobody is to be asked, or once the recording is deleted. */
export const keptKey = (callId: string): Query<{ sealed_key: string }> =>
  rows(z.object({ sealed_key: z.string() }))`
    select sealed_key from call_recordings where call_id = ${callId}`;

/** Keeps a key for a call that was just made, if its persona asks to record. */
export const keepKey = (callId: string, sealed: string): Query<object> =>
  rows(z.object({}))`
    insert into call_recordings (call_id, tenant_id, user_id, sealed_key)
    select id, tenant_id, user_id, ${sealed} from calls
    where id = ${callId} and (persona->>'recording')::boolean
    on conflict do nothing`;

/** For opening parts. */
export async function importCallKey(base64: string) {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["decrypt"]);
}
