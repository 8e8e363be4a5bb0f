/** Starts the voice pipeline from its environment. SIGTERM drains; a second one, or a lost parent, closes at once. */
import { readConfig, type VoiceConfig } from "./config.ts";
import { tellScope, traceOf } from "./guard.ts";
import { log } from "./log.ts";
import { startVoice } from "./server.ts";

const configured = (): VoiceConfig => {
  try {
    return readConfig(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
};

// Whoever read the log may be gone: the calls go on without it.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const voice = await startVoice(configured());
let exitCode = 0;
let isStopping = false;
const stop = async (): Promise<void> => {
  const isSecond = isStopping;
  isStopping = true;
  await (isSecond ? voice.close() : voice.drain());
  process.exit(exitCode);
};
// A bug of one call ends that call. One of nobody's leaves a state that nobody knows: the calls are finished, no new ones
// are taken, and whoever supervises this process starts another.
const lastResort = (error: unknown): void => {
  if (tellScope(error)) return;
  log("process_broke", { trace: traceOf(error) });
  exitCode = 1;
  if (!isStopping) void stop();
};
process.on("uncaughtException", lastResort);
process.on("unhandledRejection", lastResort);
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("disconnect", () => void voice.close().then(() => process.exit(exitCode)));
process.stdout.write(`ready ${voice.url}\n`);
