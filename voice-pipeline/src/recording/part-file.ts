/**
 * A sealed part of a recording on disk: whole or not there, since its name is given last; sealed before it is written. Delivered
 * at least once and deleted when the mesh has it, or never wants it.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { nonceBytes, placeOf } from "@callmeback/shared/domain/recording";
import { type JournalHome, partName, scrapSuffix } from "../journal/ownership.ts";
import { log } from "../log.ts";
import { type Mesh, MeshRefusal } from "../mesh.ts";

export interface PartWorld {
  home: JournalHome;
  mesh: Pick<Mesh, "handInPart">;
  /** Ends the delivery; what is not delivered stays on disk. */
  stop: AbortSignal;
}

type CallKey = Awaited<ReturnType<typeof importCallKey>>;

const firstWaitMs = 200;
const longestWaitMs = 10_000;
const ownerOnly = 0o600;

export const importCallKey = (base64: string) =>
  crypto.subtle.importKey("raw", Buffer.from(base64, "base64"), "AES-GCM", false, ["encrypt"]);

/** Beside the event loop. @throws Error when the disk does not take it */
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
  await writeFile(path + scrapSuffix, Buffer.concat([nonce, Buffer.from(sealed)]), {
    mode: ownerOnly,
    flush: true,
  });
  await rename(path + scrapSuffix, path);
};

export const forgetPart = (home: JournalHome, callId: string, part: number): Promise<void> =>
  rm(join(home.directory, partName(callId, part)), { force: true });

/** Resolves when the mesh has it, or never wants it, or the process stops. */
export const deliverPart = async (world: PartWorld, callId: string, part: number): Promise<void> => {
  const { home, mesh, stop } = world;
  for (let waitMs = firstWaitMs; !stop.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    // Anew each time: what waits for a mesh that is away waits on disk, not in memory.
    const sealed = await readFile(join(home.directory, partName(callId, part)));
    try {
      await mesh.handInPart(callId, part, sealed);
      await forgetPart(home, callId, part);
      return;
    } catch (error) {
      // A recording that is deleted, or nothing that its key opens: nobody may or can hear it any more.
      if (error instanceof MeshRefusal && [400, 404].includes(error.status)) {
        log("recording_part_refused", { call_id: callId, part, status: error.status });
        await forgetPart(home, callId, part);
        return;
      }
      await wait(waitMs, undefined, { signal: stop }).catch(() => {});
    }
  }
};
