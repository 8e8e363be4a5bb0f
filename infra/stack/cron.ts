// Cloudflare's cron trigger, which nobody pulls on this machine: once a minute, on the minute.
import { cronUrl } from "./process-environments.ts";

const everyMs = 60_000;
const patienceMs = 30_000;

export function startCron(gatewayUrl: string, onFailure: (line: string) => void): { stop(): void } {
  const run = async (): Promise<void> => {
    try {
      const response = await fetch(cronUrl(gatewayUrl), { signal: AbortSignal.timeout(patienceMs) });
      await response.body?.cancel();
      if (!response.ok) onFailure(`the cron trigger answered ${response.status}`);
    } catch (error) {
      onFailure(`the cron trigger failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  let timer: NodeJS.Timeout;
  const next = (): void => {
    timer = setTimeout(
      () => {
        void run();
        next();
      },
      everyMs - (Date.now() % everyMs),
    );
  };
  next();
  return { stop: () => clearTimeout(timer) };
}
