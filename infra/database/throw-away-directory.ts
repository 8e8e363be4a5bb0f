// Where a test's PostgreSQL keeps its data: in memory if there is room (three times as fast to start), else in a
// temporary directory. Whichever it is, `user` must be able to go in, write there and run programs from there.
import { spawnSync } from "node:child_process";
import { chown, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

const memory = "/dev/shm";
const roomNeededBytes = 2 * 1024 ** 3;

/** A new directory that belongs to `user`. @throws Error when there is no place for one */
export async function throwAwayDirectory(user: UnprivilegedUser): Promise<string> {
  const inMemory = (await freeBytes(memory)) >= roomNeededBytes ? [memory] : [];
  for (const parent of [...inMemory, tmpdir(), "/tmp", "/var/tmp"]) {
    const directory = await mkdtemp(join(parent, "callmeback-postgres-")).catch(() => undefined);
    if (directory === undefined) continue;
    if (await serves(directory, user)) return directory;
    await rm(directory, { recursive: true, force: true });
  }
  throw new Error("There is no temporary directory that PostgreSQL's user may write and run programs in");
}

/** Tried with a program that writes beside itself, since TMPDIR may be closed to the user, or mounted `noexec`. */
async function serves(directory: string, user: UnprivilegedUser): Promise<boolean> {
  const probe = join(directory, "probe");
  await writeFile(probe, "#!/bin/sh\nexec rm ./probe\n", { mode: 0o755 });
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(probe, user.uid, user.gid);
    await chown(directory, user.uid, user.gid);
  }
  return spawnSync(probe, { ...user, cwd: directory }).status === 0;
}

async function freeBytes(path: string): Promise<number> {
  return statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
}
