// `npm start` and `npm run stack`: the whole house on this machine, until Ctrl-C.
import { createWriteStream, existsSync, mkdirSync } from "node:fs";
import { readPorts } from "./environment.ts";
import { startStack } from "./start-stack.ts";
import { welcome } from "./welcome.ts";

const dataDir = process.env.DATA_DIR || ".data";
const mode = process.argv[2] === "stack" ? "stack" : "dev";
const calledOff = new AbortController();
const asked = new Promise<undefined>((resolve) => {
  const stop = (): void => {
    if (!calledOff.signal.aborted) process.stdout.write("\nStopping …\n");
    calledOff.abort();
    resolve(undefined);
  };
  for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"]) process.on(event, stop);
});

async function run(): Promise<number> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const ports = readPorts(process.env);
  mkdirSync(dataDir, { recursive: true });
  const logFile = `${dataDir}/stack.log`;
  const log = createWriteStream(logFile);
  process.stdout.write("Starting the database, the sandbox, the Workers and the voice pipeline …\n");
  const stack = await startStack({
    env: process.env,
    ports,
    dataDir,
    signal: calledOff.signal,
    isWebOn: mode === "dev",
    onLine: (name, line) => log.write(`${name.padEnd(8)} ${line}\n`),
  });
  process.stdout.write(welcome(stack, mode, logFile));
  const broken = await Promise.race([stack.broken, asked]);
  await stack.stop();
  if (broken === undefined) return 0;
  process.stderr.write(`${broken}\nEverything was stopped. The whole log is in ${logFile}.\n`);
  return 1;
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (calledOff.signal.aborted) process.exit(0);
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
