/** A whole record on its way to the mesh: gzipped beside the event loop, no larger than the mesh takes, then handed in. */
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { constants, createGzip } from "node:zlib";
import { mostReplayBytes } from "@callmeback/shared/domain/replay";
import { handInFile } from "../journal/hand-in-file.ts";
import { leaveForLater } from "../journal/left-for-later.ts";
import { type JournalHome, packedSuffix, recordName } from "../journal/ownership.ts";
import { writeWhole } from "../journal/whole-file.ts";
import { log } from "../log.ts";
import type { Mesh } from "../mesh.ts";
import { cutLine } from "./call-record.ts";

export interface RecordWorld {
  home: JournalHome;
  mesh: Pick<Mesh, "handInRecord">;
  /** Ends the delivery; what is not delivered stays on disk. */
  stop: AbortSignal;
}

const pieceBytes = 16 * 1024;

/** Gzipped up to a size; of one that is larger, the beginning, and a line that says so. @throws Error when it cannot be read */
export const pack = async (path: string, mostBytes: number): Promise<Buffer> => {
  const gzip = createGzip();
  const chunks: Buffer[] = [];
  let bytes = 0;
  gzip.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
  });
  const ended = once(gzip, "end");
  let isCut = false;
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) {
    // What does not grow smaller at all must fit too, with the line after it.
    isCut = bytes + 2 * pieceBytes > mostBytes;
    if (isCut) break;
    gzip.write(piece);
    await new Promise<void>((flushed) => gzip.flush(constants.Z_SYNC_FLUSH, flushed));
  }
  gzip.end(isCut ? `\n${cutLine}\n` : "");
  await ended;
  return Buffer.concat(chunks);
};

/** Hands in what is packed already. @throws Error when the disk does not give it; then it is left for later */
export const handInPacked = async ({ home, mesh, stop }: RecordWorld, callId: string): Promise<void> => {
  const name = recordName(callId) + packedSuffix;
  const refused = await handInFile(home, name, (packed) => mesh.handInRecord(callId, packed), stop);
  if (refused !== null) log("record_refused", { call_id: callId, status: refused });
};

/**
 * Of a call that is over, or whose process is.
 * @throws Error when the disk does not give or take it; then it is left for later
 */
export const handInRecord = async (world: RecordWorld, callId: string): Promise<void> => {
  const path = join(world.home.directory, recordName(callId));
  try {
    await writeWhole(path + packedSuffix, await pack(path, mostReplayBytes), false);
    await rm(path);
  } catch (error) {
    leaveForLater(world.home, recordName(callId));
    throw error;
  }
  await handInPacked(world, callId);
};
