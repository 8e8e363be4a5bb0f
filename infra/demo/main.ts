// `npm run demo`: the whole house for the length of one call. Exit status 0 only if every account of the call agrees.
import { startStack } from "../stack/start-stack.ts";
import { longTalk, runDemo } from "./run-demo.ts";

const calledOff = new AbortController();
for (const event of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"]) process.on(event, () => calledOff.abort());

async function run(): Promise<number> {
  process.stdout.write("Starting the database, the sandbox, the Workers and the voice pipeline …\n");
  const stack = await startStack({ env: sandboxOnly(), signal: calledOff.signal });
  const aborted = new Promise<never>((_, reject) => {
    calledOff.signal.addEventListener("abort", () => reject(new Error("The demo was called off.")));
  });
  try {
    const print = (line: string) => process.stdout.write(`${line}\n`);
    const demo = runDemo({ ...stack, stripeSecretKey: "sk_test_sandbox" }, longTalk, print);
    const { wrong } = await Promise.race([demo, aborted]);
    return wrong.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : String(error)}\n${stack.logs().slice(-40).join("\n")}\n`,
    );
    return 1;
  } finally {
    await stack.stop();
  }
}

/** What may differ from demo to demo: the providers' pace, and which of their models is played. */
const choices = ["SANDBOX_LATENCY", "DEEPGRAM_MODEL", "DEEPGRAM_EAGER_TURNS", "LLM_MODEL"];

/** The demo never touches a real provider, whatever keys lie in the environment. */
function sandboxOnly(): Record<string, string> {
  const names = ["PATH", "HOME", ...choices.filter((name) => process.env[name])];
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? ""]));
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
