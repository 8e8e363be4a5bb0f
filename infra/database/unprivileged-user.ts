// PostgreSQL refuses to run as root. Where we are root (containers, CI), it runs as an unprivileged user of the system.
import { spawnSync } from "node:child_process";

/** To be spread into spawn's options; empty when we are not root. */
export interface UnprivilegedUser {
  readonly uid?: number;
  readonly gid?: number;
}

const candidates = ["nobody", "daemon", "postgres"];

/** @throws Error when we are root and the system has nobody else */
export function unprivilegedUser(): UnprivilegedUser {
  if (process.getuid?.() !== 0) return {};
  for (const name of candidates) {
    const uid = id("-u", name);
    const gid = id("-g", name);
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid };
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and there is none of the users ${candidates.join(", ")}`,
  );
}

function id(flag: "-u" | "-g", name: string): number | undefined {
  const { status, stdout } = spawnSync("id", [flag, name], { encoding: "utf8" });
  return status === 0 ? Number(stdout.trim()) : undefined;
}
