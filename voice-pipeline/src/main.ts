/** Starts the voice pipeline from its environment. SIGTERM drains; a second one, or a lost parent, closes at once. */
import { readConfig, type VoiceConfig } from "./config.ts";
import { startVoice } from "./server.ts";

const configured = (): VoiceConfig => {
  try {
    return readConfig(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
};

const voice = await startVoice(configured());
let isStopping = false;
const stop = async (): Promise<void> => {
  const isSecond = isStopping;
  isStopping = true;
  await (isSecond ? voice.close() : voice.drain());
  process.exit(0);
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("disconnect", () => void voice.close().then(() => process.exit(0)));
process.stdout.write(`ready ${voice.url}\n`);
