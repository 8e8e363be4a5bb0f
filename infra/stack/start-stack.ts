// Starts everything that one call needs, in the order in which the parts lean on each other, and stops it in reverse.
// The same function serves a person (fixed ports, `.data/`) and a test (free ports, nothing left behind).
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFlags } from "../../voice-pipeline/src/node-flags.ts";
import { type Child, startChild } from "./child.ts";
import { startCron } from "./cron.ts";
import { seedDemoAccount } from "./demo-account.ts";
import { historyStore } from "./demo-history.ts";
import { checkEnvironment, type Environment } from "./environment.ts";
import { keepVoice, type VoiceKeeper } from "./keep-voice.ts";
import { meshArguments, meshReady } from "./mesh.ts";
import { freePorts, type Ports, portVariables, requireFree } from "./ports.ts";
import { addresses, processEnvironments } from "./process-environments.ts";

export interface StackOptions {
  readonly env: Environment;
  /** Unset: any free ones. */
  readonly ports?: Ports;
  /** Where everything is kept; unset: a directory that `stop` removes, with the database in memory. */
  readonly dataDir?: string;
  /** Hears every line that a process of the stack writes. */
  readonly onLine?: (name: string, line: string) => void;
  /** Calls the start off: what runs already is stopped, and the start fails. */
  readonly signal?: AbortSignal;
  /** The cron trigger each minute; on unless told. */
  readonly isCronOn?: boolean;
  /** The web app too, and the demo account where the sandbox plays telephone and money; off unless told. */
  readonly isWebOn?: boolean;
}

export interface Stack {
  readonly gatewayUrl: string;
  readonly voiceUrl: string;
  readonly sandboxUrl: string;
  readonly sqlUrl: string;
  /** Where the web app is, when it was asked for. */
  readonly webUrl: string;
  readonly hasDemoAccount: boolean;
  /** The server behind the SQL endpoint, as its owner; unset with the embedded database. */
  readonly ownerDatabaseUrl: string | undefined;
  /** The voice pipeline's process: another takes its place when it dies, or when asked to. */
  readonly voice: VoiceKeeper;
  /** The providers that the sandbox plays. */
  readonly sandboxed: readonly string[];
  /** What the processes wrote so far, oldest first. */
  logs(): readonly string[];
  /** Settles with a sentence when a process ends that nobody asked to. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const readyWithinMs = 90_000;
const keptLines = 5_000;

/** @throws Error that says what is wrong with the environment, which port is taken or which process did not start */
export async function startStack(options: StackOptions): Promise<Stack> {
  checkEnvironment(options.env);
  const ports = options.ports ?? (await freePorts());
  const isWebOn = options.isWebOn ?? false;
  const needed = ["gateway", "voice", "sandbox", "sql", ...(isWebOn ? (["web"] as const) : [])] as const;
  for (const name of needed) await requireFree(ports[name], portVariables[name]);
  const urls = addresses(ports);
  const isKept = options.dataDir !== undefined;
  const stateDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "callmeback-"));
  mkdirSync(stateDir, { recursive: true });

  const lines: string[] = [];
  const onLine = (name: string, line: string): void => {
    lines.push(`${name}: ${line}`);
    if (lines.length > keptLines) lines.shift();
    options.onLine?.(name, line);
  };
  const children: Pick<Child, "stop">[] = [];
  const { promise: broken, resolve: sayBroken } = Promise.withResolvers<string>();
  const stopping = new AbortController();
  const keep = <Kept extends Pick<Child, "name" | "ended" | "stop">>(child: Kept): Kept => {
    children.push(child);
    void child.ended.then((how) => {
      if (stopping.signal.aborted) return;
      const ending = `${child.name} ended (${how})`;
      sayBroken(`${ending}:\n${lines.slice(-20).join("\n")}`);
    });
    return child;
  };
  const start = (name: string, args: readonly string[], env: Readonly<Record<string, string>>): Child =>
    keep(startChild({ name, args, env, cwd: root, onLine }));
  const callOff = (): void => sayBroken("the start was called off");
  options.signal?.addEventListener("abort", callOff);
  if (options.signal?.aborted) callOff();
  const failure = broken.then((sentence): never => {
    throw new Error(sentence);
  });
  // After the start `broken` is the caller's to watch.
  failure.catch(() => undefined);
  let cron: { stop(): void } | undefined;
  const stop = async (): Promise<void> => {
    stopping.abort(new Error("the stack was stopped"));
    cron?.stop();
    // In reverse: calls end and journals are delivered while the mesh and the database can still take them.
    for (const child of children.toReversed()) await child.stop();
    if (!isKept) rmSync(stateDir, { recursive: true, force: true });
  };

  try {
    const environments = processEnvironments(options.env, {
      ports,
      stateDir,
      databaseDir: isKept ? stateDir : "memory",
    });
    const sql = start("database", ["infra/database/main.ts"], environments.sql);
    const { sandbox: sandboxEnv } = environments;
    const sandbox = sandboxEnv && start("sandbox", ["sandbox/src/main.ts"], sandboxEnv);
    await Promise.race([Promise.all([sql.ready(), sandbox?.ready()]), failure]);
    start("mesh", meshArguments(ports.gateway, stateDir), environments.mesh);
    const voice = keep(
      keepVoice({
        name: "voice",
        args: [...nodeFlags, "voice-pipeline/src/main.ts"],
        env: environments.voice,
        cwd: root,
        onLine,
      }),
    );
    const web = isWebOn ? start("web", ["web/serve.ts"], environments.web) : undefined;
    await Promise.race([
      Promise.all([web?.ready(), voice.ready(), meshReady(urls.gatewayUrl, stopping.signal, readyWithinMs)]),
      failure,
    ]);
    const hasDemoAccount =
      isWebOn && ["Twilio", "Stripe"].every((name) => environments.sandboxed.includes(name));
    if (hasDemoAccount) {
      const {
        DATABASE_URL: databaseUrl = "",
        SQL_ENDPOINT_URL: endpointUrl = "",
        TRANSCRIPT_KEY = "",
      } = environments.mesh;
      const seeding = seedDemoAccount(urls, historyStore({ databaseUrl, endpointUrl }, TRANSCRIPT_KEY));
      await Promise.race([seeding, failure]);
    }
    if (options.isCronOn ?? true)
      cron = startCron(urls.gatewayUrl, (line) => stopping.signal.aborted || onLine("cron", line));
    return {
      ...urls,
      hasDemoAccount,
      ownerDatabaseUrl: options.env.DATABASE_URL || undefined,
      voice,
      sandboxed: environments.sandboxed,
      logs: () => [...lines],
      broken,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", callOff);
  }
}
