// Plays a recording: one part after the other out of the bucket, opened on the way, as much as is asked for. A part that is
// missing is silence, so that what follows it stays in its place.
import { fail } from "@callmeback/shared/contract/errors";
import { bytesPerSecond, partBytes, silence } from "@callmeback/shared/domain/recording";
import { system } from "@callmeback/shared/rpc/context";
import { type Fragment, type Query, rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";
import { importCallKey, openSealedKey } from "./call-key.ts";
import { openPart } from "./sealed-part.ts";
import { headerBytes, type Stretch, stretchOf, wavHeader } from "./wav.ts";

const lengthRow = z.object({
  call_id: z.string(),
  sealed_key: z.string(),
  parts: z.int(),
  last_bytes: z.int(),
});

/** How long the recordings of these calls are, for whoever may see them. @param calls one's id, or a query of ids */
export const lengthsOf = (calls: string | Fragment): Query<z.infer<typeof lengthRow>> =>
  rows(lengthRow)`
    select distinct on (p.call_id) p.call_id, r.sealed_key, p.part + 1 as parts, p.bytes as last_bytes
    from call_recording_parts p join call_recordings r on r.call_id = p.call_id
    where p.call_id in (${calls}) order by p.call_id, p.part desc`;

const soundBytes = ({ parts, last_bytes }: z.infer<typeof lengthRow>) => (parts - 1) * partBytes + last_bytes;

/** What people are told of a recording; null when there is none. */
export const presentRecording = (length: z.infer<typeof lengthRow> | undefined) =>
  length === undefined ? null : { seconds: Math.round(soundBytes(length) / (bytesPerSecond / 10)) / 10 };

export interface Playing {
  stretch: Stretch;
  isPart: boolean;
  fileBytes: number;
  sound: AsyncGenerator<Uint8Array>;
}

/** Errors: `INVALID_SIGNATURE`, `ADDRESS_EXPIRED`, `NOT_FOUND` once it is deleted. */
export async function play(deps: CallDeps, token: string, range: string | null): Promise<Playing> {
  const callId = await deps.addresses.read(token, deps.now());
  const [[length]] = await transact(deps.database, system, lengthsOf(callId));
  if (length === undefined) return fail("NOT_FOUND", "This recording is deleted.");
  const fileBytes = headerBytes + soundBytes(length);
  const asked = stretchOf(range, fileBytes);
  const stretch = asked ?? { from: 0, until: fileBytes };
  return { stretch, isPart: asked !== null, fileBytes, sound: soundOf(deps, length, stretch) };
}

async function* soundOf(
  { cipher, recordings }: CallDeps,
  length: z.infer<typeof lengthRow>,
  { from, until }: Stretch,
): AsyncGenerator<Uint8Array> {
  const { call_id: callId, sealed_key, parts } = length;
  const key = await importCallKey(await openSealedKey(cipher, callId, sealed_key));
  if (from < headerBytes) yield wavHeader(soundBytes(length)).subarray(from, until);
  const first = Math.max(0, Math.floor((from - headerBytes) / partBytes));
  for (let part = first; part < parts; part += 1) {
    const begins = headerBytes + part * partBytes;
    if (begins >= until) return;
    const sealed = await recordings.get(callId, part);
    const sound = new Uint8Array(part === parts - 1 ? length.last_bytes : partBytes).fill(silence);
    if (sealed !== null) sound.set((await openPart(key, callId, part, sealed)).subarray(0, sound.length));
    yield sound.subarray(Math.max(0, from - begins), until - begins);
  }
}
