// A persona that asks to record, made in the browser, and the call with it, heard again and deleted on its receipt.
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordingAddresses } from "../../workers/call-orchestrator/src/recording/address.ts";
import { violations } from "./axe.ts";
import { answers } from "./calling.ts";
import { logInAsDemo, startWebStack, type WebStack } from "./web-stack.ts";

const transcriptKey = Buffer.alloc(32, 7).toString("base64");
let web: WebStack;
beforeAll(async () => {
  web = await startWebStack({ TRANSCRIPT_KEY: transcriptKey });
}, 120_000);
afterAll(() => web?.stop());

test("somebody makes a persona that asks, agrees in the call, listens to it again, seeks in it, and deletes it", async () => {
  const page = await web.visit({ reducedMotion: "reduce" });
  await logInAsDemo(page);
  await page.goto("/personas/new");
  await page.getByLabel("Name").fill("Good Memory");
  await page.getByLabel("Description").fill("A friend who remembers what was said.");
  await page.getByLabel("How it behaves").fill("You are a friend who asks one question at a time.");
  const choice = page.getByLabel("Ask at the beginning whether the call may be recorded");
  expect(await choice.isChecked()).toBe(false);
  await choice.check();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Create persona" }).click();
  await page.getByRole("heading", { level: 1, name: "Good Memory" }).waitFor();
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("heading", { name: "Edit this persona" }).waitFor();
  expect(await choice.isChecked()).toBe(true);
  await page.goBack();

  await page.getByRole("link", { name: "Call me now" }).click();
  await page.getByRole("button", { name: "Call me", exact: true }).click();
  await page.getByRole("button", { name: "Answer" }).click();
  await answers(page, 1);
  const say = async (words: string) => {
    await page.getByLabel("Say something").fill(words);
    await page.getByRole("button", { name: "Say it" }).click();
  };
  await say("Yes, please.");
  await answers(page, 2);
  await say("How are you?");
  await answers(page, 3);
  await page.getByRole("main").getByRole("button", { name: "Hang up" }).click();
  await page.locator('[data-payment="captured"]').waitFor({ timeout: 30_000 });

  const player = page.getByLabel("Recording of the call with Good Memory").and(page.locator("audio"));
  await player.waitFor();
  expect(await violations(page)).toEqual([]);
  const read = (what: "duration" | "currentTime") =>
    page.evaluate<number>(`document.querySelector("audio")?.${what} ?? 0`);
  const seconds = () => read("duration");
  await expect.poll(seconds).toBeGreaterThan(5);
  const half = (await seconds()) / 2;
  await page.evaluate(`(async () => {
    const audio = document.querySelector("audio");
    audio.muted = true;
    audio.currentTime = ${half};
    await audio.play();
  })()`);
  await expect.poll(() => read("currentTime")).toBeGreaterThan(half + 0.3);

  // A page that lay open for longer than an address lives: its player asks for a new one by itself.
  const callId = page.url().split("/").at(-1) ?? "";
  const old = await recordingAddresses(transcriptKey).make(callId, new Date(Date.now() - 301_000));
  const body = {
    url: `${web.stack.gatewayUrl}/api/recordings/${old.token}`,
    expires_at: old.expiresAt.toISOString(),
  };
  const headers = { "access-control-allow-origin": web.stack.webUrl };
  await page.route(`**/api/calls/${callId}/recording`, (asked) => asked.fulfill({ json: body, headers }), {
    times: 1,
  });
  expect((await fetch(body.url)).status).toBe(403);
  const failure = page.waitForEvent("requestfailed", (asked) => asked.url() === body.url);
  await page.reload();
  await failure;
  await expect.poll(seconds).toBeGreaterThan(5);

  await page.getByRole("button", { name: "Delete the recording" }).click();
  await page.getByRole("group", { name: "Delete it for good?" }).getByRole("button").first().click();
  await page.getByText("The recording is deleted.").first().waitFor();
  await player.waitFor({ state: "detached" });
  await page.reload();
  await page.locator('[data-payment="captured"]').waitFor();
  expect(await page.locator("audio").count()).toBe(0);
}, 180_000);
