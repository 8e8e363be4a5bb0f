// What each Worker weighs as it is uploaded, against its limit. Wrangler builds it and says so; nothing is uploaded.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** KiB after gzip. Billing carries Stripe's SDK. */
const limits: Readonly<Record<string, number>> = {
  gateway: 150,
  auth: 100,
  persona: 100,
  "call-orchestrator": 100,
  billing: 200,
  "database-proxy": 100,
};

export async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "callmeback-sizes-"));
  try {
    process.stdout.write("Worker               gzip      limit   share\n");
    for (const [name, limit] of Object.entries(limits)) {
      const config = name === "gateway" ? "wrangler.toml" : `workers/${name}/wrangler.toml`;
      const size = gzipKiB(config, join(directory, name));
      const share = `${Math.round((size / limit) * 100)} %`;
      process.stdout.write(
        `${name.padEnd(18)}${`${size.toFixed(1)} KiB`.padStart(10)}${`${limit} KiB`.padStart(9)}${share.padStart(8)}\n`,
      );
      if (size > limit) process.exitCode = 1;
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** @throws Error with wrangler's own words when it does not build */
function gzipKiB(config: string, directory: string): number {
  const args = [
    "node_modules/wrangler/bin/wrangler.js",
    "deploy",
    "--dry-run",
    "--outdir",
    directory,
    "-c",
    config,
    "--minify",
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1" },
  });
  const size = /gzip:\s*([\d.]+)\s*KiB/.exec(stdout)?.[1];
  if (size === undefined) throw new Error(`wrangler did not build ${config}:\n${stdout}\n${stderr}`);
  return Number(size);
}
