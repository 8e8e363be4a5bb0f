// The Workers, all in one `wrangler dev`: the first configuration is the gateway's, the only one with an address.
import { setTimeout as wait } from "node:timers/promises";

const workers = ["auth", "persona", "call-orchestrator", "billing", "database-proxy"];

/** Arguments for Node: wrangler on its leash. */
export function meshArguments(port: number, stateDir: string): readonly string[] {
  const configs = ["wrangler.toml", ...workers.map((name) => `workers/${name}/wrangler.toml`)];
  return [
    "infra/stack/leash.ts",
    "node_modules/wrangler/bin/wrangler.js",
    "dev",
    ...configs.flatMap((config) => ["-c", config]),
    ...["--port", `${port}`, "--ip", "127.0.0.1", "--inspector-port", "0"],
    ...["--persist-to", `${stateDir}/wrangler`, "--show-interactive-dev-session=false"],
    // Only the environment that the stack made counts, never a .env or .dev.vars that lies about.
    ...["--env-file", "/dev/null"],
  ];
}

/** Resolves when the gateway says that every Worker and the database answer. @throws Error after the time limit */
export async function meshReady(gatewayUrl: string, signal: AbortSignal, timeLimitMs: number): Promise<void> {
  const until = Date.now() + timeLimitMs;
  let seen = "nothing answers";
  while (Date.now() < until) {
    signal.throwIfAborted();
    try {
      const response = await fetch(`${gatewayUrl}/api/health/ready`, { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return;
      seen = `${response.status} ${(await response.text()).slice(0, 300)}`;
    } catch (error) {
      seen = error instanceof Error ? error.message : String(error);
    }
    await wait(100);
  }
  throw new Error(`The mesh was not ready after ${timeLimitMs / 1000} s; last: ${seen}`);
}
