// Writing a persona and hearing it, by somebody without a card: from the editor through a real call and back.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answers } from "./calling.ts";
import { registerNewcomer, verifyPhone } from "./newcomers.ts";
import { startWebStack, type WebStack } from "./web-stack.ts";

let web: WebStack;
beforeAll(async () => {
  web = await startWebStack();
}, 240_000);
afterAll(() => web?.stop());

const patience = { timeout: 60_000 };

async function hear(page: Page, words: RegExp): Promise<void> {
  await page.getByRole("button", { name: "Answer" }).click(patience);
  await page.getByText(/free try-out, [01]:\d\d left/).waitFor(patience);
  await answers(page, 1);
  await page.locator(".turns li.persona").filter({ hasText: words }).waitFor(patience);
  await page.getByRole("main").getByRole("button", { name: "Hang up" }).click();
  await page.getByText("You tried your own persona out. It cost nothing.").waitFor(patience);
}

test("a persona is made, tried out, changed and tried out again, with no card and for nothing", async () => {
  const page = await web.visit();
  await registerNewcomer(page);
  await page.goto("/personas/new");
  await page.getByLabel("Name").fill("Ada’s Lighthouse Keeper");
  await page.getByLabel("Description").fill("Keeps the light, and knows every ship by its sound.");
  await page.getByLabel("How it behaves").fill("You are a lighthouse keeper who speaks of the sea.");
  await page.getByLabel("First words (optional)").fill("The lamp is lit and the sea is calm.");
  const createAndTry = page.getByRole("button", { name: "Create and try" });
  expect(await createAndTry.isDisabled()).toBe(true);
  await page.getByRole("link", { name: "Verify your number first, then it can ring." }).click();
  await verifyPhone(page);

  await page.goto("/personas/new");
  await page.getByLabel("Name").fill("Ada’s Lighthouse Keeper");
  await page.getByLabel("Description").fill("Keeps the light, and knows every ship by its sound.");
  const silence = page.getByLabel("Seconds of silence");
  await silence.fill("3");
  await page.getByText("must be at least 4 seconds").waitFor();
  await silence.fill("12");
  await page.getByLabel("Hang up on a mailbox or a menu at once").uncheck();
  // What is wrong shows beside its field, and nothing rings.
  await createAndTry.click();
  await page.locator('[aria-invalid="true"]').first().waitFor();
  await page.getByLabel("How it behaves").fill("You are a lighthouse keeper who speaks of the sea.");
  await page.getByLabel("First words (optional)").fill("The lamp is lit and the sea is calm.");
  await createAndTry.click();
  await page.waitForURL(/\/calls\//);
  await hear(page, /lamp is lit/i);
  expect(await page.locator('[data-figure="total"]').textContent()).toBe("$0.00");
  expect(await page.locator('[data-figure="held"]').count()).toBe(0);

  await page.getByRole("link", { name: "Back to the editor" }).click();
  await page.getByRole("heading", { name: "Edit this persona" }).waitFor();
  await page.getByRole("button", { name: "Try it" }).waitFor();
  expect(await silence.inputValue()).toBe("12");
  expect(await page.getByLabel("Hang up on a mailbox or a menu at once").isChecked()).toBe(false);
  await page.getByLabel("First words (optional)").fill("A storm is coming, hold on to the rail.");
  await page.getByRole("button", { name: "Save and try" }).click();
  await page.waitForURL(/\/calls\//);
  await hear(page, /storm is coming/i);

  await page.goto("/calls");
  await expect.poll(() => page.getByText("Free try-out").count(), patience).toBe(2);
  await page.goto("/account");
  await page.getByText("No calls yet.").waitFor();
}, 240_000);

test("a persona's voice is heard from the gallery and from its page, one at a time, until it has spoken", async () => {
  const page = await web.visit();
  await registerNewcomer(page);
  await page.goto("/");
  const hear = (name: string) => page.getByRole("button", { name: `Hear the voice of ${name}` });
  const stop = (name: string) => page.getByRole("button", { name: `Stop the voice of ${name}` });
  // The sound that the page plays, as it gives it to the loudspeaker.
  await page.evaluate(`{
    const start = AudioBufferSourceNode.prototype.start;
    window.played = [];
    AudioBufferSourceNode.prototype.start = function (...at) {
      window.played.push(Math.max(...this.buffer.getChannelData(0)));
      return start.apply(this, at);
    };
  }`);
  await hear("Best Friend").click();
  await stop("Best Friend").waitFor();
  await hear("Wake-up Caller").click();
  await stop("Wake-up Caller").waitFor();
  await hear("Best Friend").waitFor();
  await hear("Wake-up Caller").waitFor(patience);
  await page.getByRole("link", { name: "Best Friend" }).click();
  await hear("Best Friend").click();
  await expect.poll(() => page.evaluate("window.played.length"), patience).toBeGreaterThanOrEqual(2);
  expect(await page.evaluate("window.played.every((loudest) => loudest > 0.1)")).toBe(true);
  await stop("Best Friend").click();
  await hear("Best Friend").waitFor();
}, 120_000);

test("a try-out whose answer was lost is found again instead of ringing twice", async () => {
  const page = await web.visit();
  await registerNewcomer(page);
  await verifyPhone(page);
  await page.goto("/personas/new");
  await page.getByLabel("Name").fill("Night Clerk");
  await page.getByLabel("Description").fill("Sits at the desk and is glad of company.");
  await page.getByLabel("How it behaves").fill("You are a night clerk in a small hotel.");
  await page.getByRole("button", { name: "Create persona" }).click();
  await page.getByRole("link", { name: "Edit" }).click();
  const tryIt = page.getByRole("button", { name: "Try it" });
  await tryIt.waitFor();
  await page.route("**/try-out", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await tryIt.click();
  await page.getByRole("button", { name: "Answer" }).waitFor(patience);
  await page.locator(".toast.bad").waitFor();
  await page.unroute("**/try-out");
  await tryIt.click();
  await page.waitForURL(/\/calls\//);
  await page.getByText("Your phone is ringing").waitFor(patience);
  await page.getByRole("button", { name: "Decline" }).click();
  await page.getByText("The call was declined").waitFor(patience);
  await page.goto("/calls");
  await expect.poll(() => page.getByText("Free try-out").count(), patience).toBe(1);
}, 240_000);
