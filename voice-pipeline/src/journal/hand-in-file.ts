/** Hands a file in to the mesh, at least once, and deletes it when the mesh has it, or never wants it. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { MeshRefusal } from "../mesh.ts";
import { leaveForLater } from "./left-for-later.ts";
import type { JournalHome } from "./ownership.ts";

const firstWaitMs = 200;
const longestWaitMs = 10_000;

/**
 * Resolves when it is handed in, or refused for good (with the status), or `stop` is given (then it stays).
 * @throws Error when the disk does not give it; then it is left for later
 */
export const handInFile = async (
  home: JournalHome,
  name: string,
  send: (content: Buffer<ArrayBuffer>) => Promise<void>,
  stop: AbortSignal,
): Promise<number | null> => {
  const path = join(home.directory, name);
  for (let waitMs = firstWaitMs; !stop.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    // Anew each time: what waits for a mesh that is away waits on disk, not in memory.
    const content = await readFile(path).catch((error: unknown) => {
      leaveForLater(home, name);
      throw error;
    });
    try {
      await send(content);
      await rm(path, { force: true });
      return null;
    } catch (error) {
      // What is deleted there, or is not what it should be, will never be taken.
      if (error instanceof MeshRefusal && [400, 404].includes(error.status)) {
        await rm(path, { force: true });
        return error.status;
      }
      await wait(waitMs, undefined, { signal: stop }).catch(() => {});
    }
  }
  return null;
};
