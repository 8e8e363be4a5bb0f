// The one way in: makes sure that the toolchain is there, then runs the asked command under the project's own Node 24.
// It must run on a bare Node 20, so it is plain JavaScript and imports nothing but what Node brings.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const bin = join(modules, ".bin");
const node = join(bin, "node");
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` };

const stack = (/** @type {string} */ mode) => ({ args: ["infra/stack/main.ts", mode], leashed: true });
const vitest = { args: ["node_modules/vitest/vitest.mjs", "run"], leashed: false };
const checks = [
  ["types of the Node side", ["tsc", "-p", "tsconfig.node.json"]],
  ["types of the Workers", ["tsc", "-p", "tsconfig.workers.json"]],
  ["types of the web app", ["../../web/node_modules/.bin/vue-tsc", "--noEmit", "-p", "web/tsconfig.json"]],
  ["lint and format", ["biome", "check", "."]],
  ["dead code", ["knip"]],
];
const demo = { args: ["infra/demo/main.ts"], leashed: true };
const coverage = { args: ["tests/api/report.ts"], leashed: false };
const behaviours = { args: ["voice-pipeline/behaviours/report.ts"], leashed: false };
const bench = { args: ["bench/main.ts"], leashed: true };
const replay = { args: ["voice-pipeline/src/replay/main.ts"], leashed: false };
const screenshots = { args: ["tests/browser/screenshots.ts"], leashed: true };
const commands = {
  screenshots,
  start: stack("dev"),
  dev: stack("dev"),
  stack: stack("stack"),
  demo,
  coverage,
  behaviours,
  bench,
  replay,
  test: vitest,
};

const [name = "", ...rest] = process.argv.slice(2);
const known = [...Object.keys(commands), "check"];
if (!known.includes(name)) {
  console.error(`usage: node infra/run.mjs <${known.join("|")}>`);
  process.exit(2);
}
await install();
process.exit(name === "check" ? await check() : await runCommand(commands[name]));

/** Installs when there is no node_modules, or when it was made from another lockfile. */
async function install() {
  const marker = join(modules, ".callmeback-lockfile");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .digest("hex");
  if (existsSync(node) && existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  console.log("Installing what is missing (pnpm install; the first time takes a minute or two) …");
  const installEnv = { ...process.env, CI: "true" };
  const code = await run(
    "npx",
    ["-y", "-p", "pnpm@12", "pnpm", "install", "--frozen-lockfile"],
    installEnv,
    false,
  );
  if (code !== 0) {
    console.error("The installation failed; its own words are above. Is the npm registry reachable?");
    process.exit(code);
  }
  writeFileSync(marker, wanted);
}

function runCommand({ args, leashed }) {
  console.log(`> node ${[...args, ...rest].join(" ")}`);
  return run(node, [...args, ...rest], env, leashed);
}

/** Runs every check, also after one has failed, and says at the end which did. */
async function check() {
  const failed = [];
  for (const [title, [tool, ...args]] of checks) {
    console.log(`> ${[tool, ...args].join(" ")}`);
    if ((await run(join(bin, tool), args, env, false)) !== 0) failed.push(title);
  }
  if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}`);
  console.log(`${checks.length - failed.length} checks passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

/**
 * Runs a program to its end and answers with its exit code. `leashed` gives it an IPC channel whose end tells it that
 * we are gone, so that a kill -9 of this process leaves nothing behind either.
 */
function run(program, args, childEnv, leashed) {
  return new Promise((resolve) => {
    const stdio = leashed ? ["inherit", "inherit", "inherit", "ipc"] : "inherit";
    const child = spawn(program, args, { cwd: root, env: childEnv, stdio });
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    const end = (/** @type {number} */ code) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      resolve(code);
    };
    child.on("error", (error) => {
      console.error(`${program} could not be started: ${error.message}`);
      end(1);
    });
    child.on("exit", (code, signal) => end(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}
