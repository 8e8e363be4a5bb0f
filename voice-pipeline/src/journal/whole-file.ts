/** A file that is whole or not there, since its name is given last. */
import { rename, rm, writeFile } from "node:fs/promises";
import { log } from "../log.ts";
import { scrapSuffix } from "./ownership.ts";

const ownerOnly = 0o600;

/**
 * Beside the event loop.
 * @param flush waits for the disk before the name is given
 * @throws Error when the disk does not take it; then nothing of it stays
 */
export const writeWhole = async (path: string, content: Buffer, flush: boolean): Promise<void> => {
  const scrap = path + scrapSuffix;
  try {
    await writeFile(scrap, content, { mode: ownerOnly, flush });
    await rename(scrap, path);
  } catch (error) {
    await rm(scrap, { force: true }).catch((left: unknown) =>
      log("scrap_not_removed", { message: String(left) }),
    );
    throw error;
  }
};
