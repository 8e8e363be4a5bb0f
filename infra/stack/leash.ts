// Holds a program that knows nothing of us (wrangler) and the processes that it starts: when the stack asks, or is
// gone, the whole process group goes. Usage: node leash.ts <script> <its arguments …>
import { spawn } from "node:child_process";

const patienceMs = 5_000;
// A group of its own, so that one signal reaches wrangler, workerd and esbuild alike.
const child = spawn(process.execPath, process.argv.slice(2), {
  detached: true,
  stdio: ["ignore", "inherit", "inherit"],
});

function signalGroup(signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the group is already empty.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

let isStopping = false;
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  signalGroup("SIGTERM");
  setTimeout(() => signalGroup("SIGKILL"), patienceMs);
}

for (const event of ["SIGTERM", "SIGINT", "disconnect"]) process.on(event, stop);
child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code) => {
  // What wrangler left behind in its group, if anything, ends with it.
  signalGroup("SIGKILL");
  process.exit(isStopping ? 0 : (code ?? 1));
});
