/**
 * Pipecat, the framework that many would pick instead: its own Twilio serializer and its own services for the three
 * providers, told of the fakes' addresses. It needs a Python that has it: `pip install "pipecat-ai[deepgram,elevenlabs,openai,websocket]" uvicorn`.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { cores } from "../machine.ts";
import { startMeasured } from "../measured-process.ts";
import type { Subject } from "./subjects.ts";

const script = fileURLToPath(new URL("./pipecat_bot.py", import.meta.url));
const versionOf = "import importlib.metadata as m; print(m.version('pipecat-ai'))";

/** A sentence that says why not, where it cannot be had. */
export const pipecat = async (): Promise<(Subject & { calls: readonly number[] }) | string> => {
  const python = process.env.PIPECAT_PYTHON ?? "";
  if (python === "")
    return "Pipecat is left out: PIPECAT_PYTHON names no Python that has it (see docs/performance.md).";
  const { status, stdout, stderr } = spawnSync(python, ["-c", versionOf], { encoding: "utf8" });
  if (status !== 0)
    return `Pipecat is left out: ${python} does not have it. ${stderr.trim().split("\n").at(-1)}`;
  return {
    name: `Pipecat ${stdout.trim()}`,
    isNode: false,
    calls: [10],
    async start(fakesUrl) {
      const core = cores?.measured ?? null;
      const process_ = await startMeasured({ command: python, args: [script, fakesUrl], core });
      const streamUrl = `${process_.address.replace(/^http/, "ws")}/stream`;
      return { process: process_, streamUrl, stop: () => process_.stop() };
    },
  };
};
