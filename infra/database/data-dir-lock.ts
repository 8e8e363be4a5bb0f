// One process at a time may open a PGlite directory: two would ruin it. The lock is the one that SQLite takes on a
// file beside it, which the kernel drops when its holder dies, so that a kill -9 leaves nothing to clean up.
import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

export interface DataDirLock {
  release(): void;
}

/** @throws Error that names the directory and the process in its way */
export function lockDataDir(dataDir: string): DataDirLock {
  const lock = new DatabaseSync(`${dataDir}.lock`, { timeout: 0 });
  const holderFile = `${dataDir}.pid`;
  try {
    lock.exec("pragma journal_mode = off; begin exclusive");
  } catch (cause) {
    lock.close();
    throw new Error(
      `The database directory ${dataDir} is in use by another process (${readHolder(holderFile)}). ` +
        "Stop it, or set DATA_DIR to another directory.",
      { cause },
    );
  }
  writeFileSync(holderFile, `${process.pid}\n`);
  return { release: () => lock.close() };
}

function readHolder(file: string): string {
  try {
    return `pid ${readFileSync(file, "utf8").trim()}`;
  } catch {
    return "pid unknown";
  }
}
