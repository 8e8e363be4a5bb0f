import { expect, test } from "vitest";
import { keepVoice } from "./keep-voice.ts";

const program = (code: string) => ({
  name: "voice",
  args: ["-e", code],
  env: {},
  cwd: ".",
  onLine: () => {},
});
const lives = "process.stdout.write('ready http://127.0.0.1:1\\n'); setInterval(() => {}, 1_000);";

test("one that dies is followed by another", async () => {
  const keeper = keepVoice(program(lives));
  await keeper.ready();
  const first = keeper.pid ?? 0;
  process.kill(first, "SIGKILL");
  await expect.poll(() => keeper.pid).not.toBe(first);
  await keeper.ready();
  await keeper.stop();
  expect(await keeper.ended).toBe("stopped");
});

test("one that is replaced is asked to finish, and not followed", async () => {
  const keeper = keepVoice(program(lives));
  await keeper.ready();
  const first = await keeper.replace();
  const next = keeper.pid;
  expect(next).not.toBe(first.pid);
  expect(await first.ended).toBe("SIGTERM");
  expect(keeper.pid).toBe(next);
  await keeper.stop();
});

test("one that dies again and again is given up, with how it died", async () => {
  const keeper = keepVoice(program("process.exit(3)"));
  expect(await keeper.ended).toBe("exit code 3");
  await keeper.stop();
});
