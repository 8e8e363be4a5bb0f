/** What is measured: the voice pipeline, and what stands beside it on the same fakes and callers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFlags } from "../../../voice-pipeline/src/node-flags.ts";
import { cores } from "../machine.ts";
import { type MeasuredProcess, startMeasured } from "../measured-process.ts";

export interface Running {
  process: MeasuredProcess;
  /** Where callers connect. */
  streamUrl: string;
  stop(): Promise<void>;
}

export interface Subject {
  name: string;
  /** Whether it tells of its event loop and heap. */
  isNode: boolean;
  start(fakesUrl: string): Promise<Running>;
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const watched = ["--import", path("../watch-loop.ts")];
const core = cores?.measured ?? null;
const streamOf = (address: string) => `${address.replace(/^http/, "ws")}/stream`;

/** `nodeArgs` for a profile. */
export const pipeline = (nodeArgs: readonly string[] = []): Subject => ({
  name: "pipeline",
  isNode: true,
  async start(fakesUrl) {
    const journalDir = mkdtempSync(join(tmpdir(), "bench-journal-"));
    const sockets = fakesUrl.replace(/^http/, "ws");
    const process_ = await startMeasured({
      command: process.execPath,
      args: [...nodeFlags, ...nodeArgs, ...watched, path("../../../voice-pipeline/src/main.ts")],
      env: {
        VOICE_PORT: "0",
        PUBLIC_URL: fakesUrl,
        VOICE_NODE_KEY: "bench",
        JOURNAL_DIR: journalDir,
        DEEPGRAM_URL: sockets,
        DEEPGRAM_API_KEY: "bench",
        LLM_BASE_URL: `${fakesUrl}/v1`,
        LLM_API_KEY: "bench",
        LLM_MODEL: "bench",
        ELEVENLABS_URL: sockets,
        ELEVENLABS_API_KEY: "bench",
      },
      core,
    });
    return {
      process: process_,
      streamUrl: streamOf(process_.address),
      async stop() {
        await process_.stop();
        rmSync(journalDir, { recursive: true, force: true });
      },
    };
  },
});

export const plainBridge: Subject = {
  name: "plain bridge",
  isNode: true,
  async start(fakesUrl) {
    const process_ = await startMeasured({
      command: process.execPath,
      args: [...watched, path("./plain-bridge.ts"), fakesUrl],
      core,
    });
    return { process: process_, streamUrl: streamOf(process_.address), stop: () => process_.stop() };
  },
};
