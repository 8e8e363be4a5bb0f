/**
 * A sealed part of a recording on disk: whole or not there, since its name is given last; sealed before it is written. Delivered
 * at least once and deleted when the mesh has it, or never wants it.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { nonceBytes, placeOf } from "@callmeback/shared/domain/recording";
import { handInFile } from "../journal/hand-in-file.ts";
import { type JournalHome, partName } from "../journal/ownership.ts";
import { writeWhole } from "../journal/whole-file.ts";
import { log } from "../log.ts";
import type { Mesh } from "../mesh.ts";

export interface PartWorld {
  home: JournalHome;
  mesh: Pick<Mesh, "handInPart">;
  /** Ends the delivery; what is not delivered stays on disk. */
  stop: AbortSignal;
}

type CallKey = Awaited<ReturnType<typeof importCallKey>>;

export const importCallKey = (base64: string) =>
  crypto.subtle.importKey("raw", Buffer.from(base64, "base64"), "AES-GCM", false, ["encrypt"]);

/** Beside the event loop. @throws Error when the disk does not take it; then nothing of it stays */
export const writePart = async (
  home: JournalHome,
  callId: string,
  part: number,
  key: CallKey,
  sound: Buffer<ArrayBuffer>,
): Promise<void> => {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: placeOf(callId, part) };
  const sealed = await crypto.subtle.encrypt(parameters, key, sound);
  const path = join(home.directory, partName(callId, part));
  await writeWhole(path, Buffer.concat([nonce, Buffer.from(sealed)]), true);
};

export const forgetPart = (home: JournalHome, callId: string, part: number): Promise<void> =>
  rm(join(home.directory, partName(callId, part)), { force: true });

/**
 * Resolves when the mesh has it, or never wants it (a recording that is deleted), or the process stops.
 * @throws Error when the disk does not give it; then it is left for later
 */
export const deliverPart = async (world: PartWorld, callId: string, part: number): Promise<void> => {
  const { home, mesh, stop } = world;
  const name = partName(callId, part);
  const refused = await handInFile(home, name, (sealed) => mesh.handInPart(callId, part, sealed), stop);
  if (refused !== null) log("recording_part_refused", { call_id: callId, part, status: refused });
};
