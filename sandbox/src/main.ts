/** The sandbox as a process: environment in, one `ready` line out, a clean stop. */
import { readConfiguration } from "./configuration.ts";
import { startSandbox } from "./sandbox.ts";

const log = (event: Record<string, unknown>): void => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), process: "sandbox", ...event })}\n`);
};

try {
  const sandbox = await startSandbox({ ...readConfiguration(process.env), log });
  const stop = async (): Promise<void> => {
    await sandbox.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
  // Whoever started this process by IPC is gone: nothing may outlive it.
  process.once("disconnect", () => void stop());
  process.stdout.write(`ready ${sandbox.url}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
