// A migrated PGlite as a file, so that the second test file opens its database in a third of a second instead of three.
// Named by what is in it (the migrations and PGlite's version), so that it is never stale; made by whoever is first.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readMigrationFiles } from "./migration-files.ts";
import { openInMemory } from "./pglite-instance.ts";

const cacheDir = fileURLToPath(new URL("../node_modules/.cache/callmeback-database/", import.meta.url));
/** 40 MB each: of older migrations only a few are worth keeping. */
const keptFiles = 4;

/** The dump of a database with these migrations applied. @throws MigrationError */
export async function loadSnapshot(migrationsDir: string): Promise<Blob> {
  const file = join(cacheDir, `${await contentName(migrationsDir)}.tar`);
  const found = await readFile(file).catch(() => undefined);
  return found === undefined ? makeSnapshot(migrationsDir, file) : new Blob([found]);
}

async function makeSnapshot(migrationsDir: string, file: string): Promise<Blob> {
  const { db } = await openInMemory(migrationsDir);
  const dump = await db.dumpDataDir("none");
  await db.close();
  await mkdir(cacheDir, { recursive: true });
  await dropOldest();
  // Renamed into place when it is whole: two processes may be making it at the same time.
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, Buffer.from(await dump.arrayBuffer()));
  await rename(unfinished, file);
  return dump;
}

async function contentName(migrationsDir: string): Promise<string> {
  const hash = createHash("sha256").update(await readFile(pgliteManifest()));
  for (const { name, checksum } of await readMigrationFiles(migrationsDir))
    hash.update(`${name} ${checksum}\n`);
  return hash.digest("hex").slice(0, 24);
}

function pgliteManifest(): string {
  return fileURLToPath(new URL("../package.json", import.meta.resolve("@electric-sql/pglite")));
}

async function dropOldest(): Promise<void> {
  const names = await readdir(cacheDir);
  const aged = await Promise.all(
    names.map(async (name) => {
      const path = join(cacheDir, name);
      const changedAt = await stat(path).then(
        (entry) => entry.mtimeMs,
        () => 0,
      );
      return { path, changedAt };
    }),
  );
  const surplus = aged.sort((left, right) => right.changedAt - left.changedAt).slice(keptFiles - 1);
  await Promise.all(surplus.map(({ path }) => rm(path, { force: true })));
}
