// What each Worker weighs as it is uploaded, and the CPU time it takes to start, against their limits. Wrangler builds it,
// starts it in the runtime under a profiler, and says so; nothing is uploaded.
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
/** Milliseconds of CPU, the profiler's own included: the gateway starts while somebody waits, and the others with it. */
const startUpLimits: Readonly<Record<string, number>> = { gateway: 30 };
const startUps = 9;

export async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "callmeback-sizes-"));
  try {
    process.stdout.write("Worker               gzip      limit   share   start-up   limit\n");
    for (const [name, limit] of Object.entries(limits)) {
      const config = name === "gateway" ? "wrangler.toml" : `workers/${name}/wrangler.toml`;
      const size = gzipKiB(config, join(directory, name));
      const startUp = startUpMs(config, join(directory, `${name}.cpuprofile`));
      const startUpLimit = startUpLimits[name];
      const cells = [
        name.padEnd(18),
        `${size.toFixed(1)} KiB`.padStart(10),
        `${limit} KiB`.padStart(9),
        `${Math.round((size / limit) * 100)} %`.padStart(8),
        `${startUp.toFixed(1)} ms`.padStart(11),
        (startUpLimit === undefined ? "" : `${startUpLimit} ms`).padStart(8),
      ];
      process.stdout.write(`${cells.join("")}\n`);
      if (size > limit || startUp > (startUpLimit ?? Number.POSITIVE_INFINITY)) process.exitCode = 1;
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The least disturbed of some starts: other work on the machine only ever adds. @throws Error with wrangler's own words when it does not start */
function startUpMs(config: string, outfile: string): number {
  const args = ["check", "startup", "--args", `-c ${config} --minify`, "--outfile", outfile];
  return Math.min(...Array.from({ length: startUps }, () => Number(said(args, /Active:\s*([\d.]+) ms/))));
}

/** @throws Error with wrangler's own words when it does not build */
function gzipKiB(config: string, directory: string): number {
  const args = ["deploy", "--dry-run", "--outdir", directory, "-c", config, "--minify"];
  return Number(said(args, /gzip:\s*([\d.]+)\s*KiB/));
}

/** What wrangler says in this place of its words. */
function said(args: string[], pattern: RegExp): string {
  const { stdout, stderr } = spawnSync(process.execPath, ["node_modules/wrangler/bin/wrangler.js", ...args], {
    encoding: "utf8",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1" },
  });
  const found = pattern.exec(stdout)?.[1];
  if (found === undefined)
    throw new Error(`wrangler ${args.join(" ")} did not say it:\n${stdout}\n${stderr}`);
  return found;
}
