// The words of a call that somebody else held, sealed as one: place 0 of the call, where no turn of ours can be.
import * as z from "zod";
import type { TranscriptCipher } from "./transcript-cipher.ts";

const wordsSchema = z.object({ transcript: z.string().nullable(), notes: z.string().nullable() });
type Words = z.infer<typeof wordsSchema>;

const place = 0;

/** Null when there is nothing to seal. */
export async function sealWords(
  cipher: TranscriptCipher,
  callId: string,
  { transcript, notes }: Words,
): Promise<string | null> {
  if (transcript === null && notes === null) return null;
  return cipher.seal(callId, place, JSON.stringify({ transcript, notes }));
}

export async function openWords(
  cipher: TranscriptCipher,
  callId: string,
  sealed: string | null,
): Promise<Words> {
  if (sealed === null) return { transcript: null, notes: null };
  return wordsSchema.parse(JSON.parse(await cipher.open(callId, place, sealed)));
}
