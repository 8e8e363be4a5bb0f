// What a newcomer does, in a real browser against the whole house: from an empty form to a receipt, and what goes wrong.
import { readFile } from "node:fs/promises";
import { priceCents } from "@callmeback/shared/domain/pricing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { answers, startCall } from "./calling.ts";
import { addCard, registerNewcomer, sendCode, verifyPhone } from "./newcomers.ts";
import { logInAsDemo, startWebStack, type WebStack } from "./web-stack.ts";

let web: WebStack;
beforeAll(async () => {
  web = await startWebStack();
}, 120_000);
afterAll(() => web?.stop());

const say = async (page: Page, words: string): Promise<void> => {
  await page.getByLabel("Say something").fill(words);
  await page.getByRole("button", { name: "Say it" }).click();
};

const phoneView = z.object({ calls: z.array(z.object({ heard: z.array(z.object({ text: z.string() })) })) });
const heardWords = async (phone: string): Promise<number> => {
  const response = await fetch(`${web.stack.sandboxUrl}/control/phones/${phone}`);
  const { calls } = phoneView.parse(await response.json());
  return (calls.at(-1)?.heard ?? [])
    .map((each) => each.text)
    .join(" ")
    .split(" ").length;
};

const figure = async (page: Page, name: string): Promise<number> =>
  Math.round(Number((await page.locator(`[data-figure="${name}"]`).textContent())?.replace("$", "")) * 100);

test("a newcomer registers, verifies, adds a card, is rung, talks and interrupts, hangs up, and the receipt is right to the cent", async () => {
  const page = await web.visit();
  const phone = await registerNewcomer(page);
  await verifyPhone(page);
  await addCard(page, "4242 4242 4242 4242");
  await page.getByText("visa ending in 4242").waitFor();
  await startCall(page);
  await page.getByText("Your phone is ringing").waitFor();
  await page.getByRole("button", { name: "Answer" }).click();
  await answers(page, 1);
  await say(page, "Hello, my name is Ada.");
  await answers(page, 2);
  await say(page, "Please tell me a long story.");
  const before = await heardWords(phone);
  await expect.poll(() => heardWords(phone), { timeout: 20_000 }).toBeGreaterThan(before + 5);
  await say(page, "Wait, stop please.");
  await page.locator(".turns").getByText("interrupted").waitFor({ timeout: 30_000 });
  await answers(page, 4);
  await page.getByRole("main").getByRole("button", { name: "Hang up" }).click();
  await page.locator('[data-payment="captured"]').waitFor({ timeout: 30_000 });
  const [, minutes, seconds] =
    /Talk, (\d+):(\d\d)/.exec((await page.locator(".lines").textContent()) ?? "") ?? [];
  const price = priceCents(Number(minutes) * 60 + Number(seconds));
  const held = await figure(page, "held");
  expect(await figure(page, "total")).toBe(price);
  expect(await figure(page, "captured")).toBe(price);
  expect(await figure(page, "released")).toBe(held - price);
  await page.getByText("Hello, my name is Ada.").waitFor();
}, 180_000);

test("a wrong code is refused in words, and the number stays unverified", async () => {
  const page = await web.visit();
  await registerNewcomer(page);
  const code = await sendCode(page);
  await page.getByLabel("The six digits").fill(code === "000000" ? "111111" : "000000");
  await page.getByRole("button", { name: "Verify" }).click();
  await page.locator(".toast.bad").first().waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Send the code" }).waitFor();
}, 60_000);

test("a declined card is not kept, and the bank's reason is said", async () => {
  const page = await web.visit();
  await registerNewcomer(page);
  await addCard(page, "4000 0000 0000 0002");
  expect((await page.locator(".toast.bad").first().textContent())?.toLowerCase()).toContain("declined");
  await page.getByText("No card yet.").waitFor();
}, 60_000);

test("a bank that wants to know its customer is asked in the page, for the card and for each hold, and its no is taken", async () => {
  const page = await web.visit();
  await registerNewcomer(page);
  const code = await sendCode(page);
  await page.getByLabel("The six digits").fill(code);
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText("Your number is verified. It can ring now.").first().waitFor();
  const bank = page.getByRole("dialog", { name: "Your bank’s page" });
  const say = (answer: "Complete" | "Fail") =>
    bank.frameLocator("iframe").getByRole("button", { name: answer }).click({ timeout: 60_000 });
  await addCard(page, "4000 0027 6000 3184");
  await bank.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Your bank was not told that it is you.").first().waitFor();
  await page.getByText("No card yet.").waitFor();
  await page.getByRole("button", { name: "Keep this card" }).click();
  await say("Complete");
  await page.getByText("visa ending in 3184").waitFor();
  await page.goto("/");
  await page.getByRole("link", { name: "Best Friend" }).click();
  await page.getByRole("link", { name: "Call me now" }).click();
  const callMe = page.getByRole("button", { name: "Call me", exact: true });
  await callMe.click();
  await say("Fail");
  await page.getByText("We are unable to authenticate your payment method.").first().waitFor();
  await callMe.click();
  await say("Complete");
  await page.getByRole("button", { name: "Decline" }).click({ timeout: 60_000 });
  await page.locator('[data-payment="released"]').waitFor({ timeout: 60_000 });
}, 180_000);

test("a call is set up, answered, talked into and ended with the keyboard alone, and a reload in it comes back to it", async () => {
  const page = await web.visit();
  await logInAsDemo(page);
  await page.goto("/");
  const focused = async (name: string) => {
    for (let presses = 0; presses < 80; presses += 1) {
      await page.keyboard.press("Tab");
      const text = await page.evaluate<string>(
        "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''",
      );
      if (text.trim() === name) return;
    }
    throw new Error(`${name} was not reached by Tab.`);
  };
  await page.getByRole("link", { name: "Best Friend" }).waitFor();
  await focused("Best Friend");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Call me now" }).waitFor();
  await focused("Call me now");
  await page.keyboard.press("Enter");
  await page.getByText("ending in 4242").waitFor();
  await focused("Call me");
  await page.keyboard.press("Enter");
  // The way out has the focus while it counts down, and the button to answer when it rings.
  await expect.poll(() => page.evaluate("document.activeElement?.textContent")).toBe("Cancel");
  await page.getByRole("button", { name: "Answer" }).waitFor();
  await expect.poll(() => page.evaluate("document.activeElement?.textContent")).toBe("Answer");
  await page.keyboard.press("Enter");
  await answers(page, 1);
  await page.reload();
  await page.getByText("Connected").first().waitFor();
  await page.getByLabel("Say something").waitFor();
  await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("corner-say");
  await page.keyboard.type("Hello there.");
  await page.keyboard.press("Enter");
  await answers(page, 2);
  await focused("Hang up");
  await page.keyboard.press("Enter");
  await page.locator('[data-payment="captured"]').waitFor({ timeout: 30_000 });
}, 120_000);

test("a call is scheduled in words, listed, and cancelled with what comes back", async () => {
  const page = await web.visit();
  await logInAsDemo(page);
  await page.goto("/schedule");
  await page.getByLabel("Who calls").selectOption({ label: "Wake-up Caller" });
  const tomorrow = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 10);
  await page.getByLabel("Day").fill(tomorrow);
  await page.getByLabel("Time", { exact: true }).fill("09:30");
  await page.getByText(/Wake-up Caller calls you on .* at 09:30/).waitFor();
  await page.getByLabel("What is it about?").selectOption({ label: "Wake-up call" });
  await page.getByLabel("What you have to get up for (required)").fill("the early train");
  const sent = page.waitForRequest("**/api/calls/schedule");
  await page.getByRole("button", { name: "Schedule this call" }).click();
  expect((await sent).postDataJSON().variables).toEqual({ reason: "the early train" });
  await page.getByRole("button", { name: "Cancel the call with Wake-up Caller" }).click();
  await page.getByText("Cancelled. $4.25 that was reserved is free again.").first().waitFor();
  await page
    .getByRole("button", { name: "Cancel the call with Wake-up Caller" })
    .waitFor({ state: "detached" });
}, 60_000);

test("a scenario asks for its words, the required ones before it calls, and sends what was given", async () => {
  const page = await web.visit();
  await logInAsDemo(page);
  await page.goto("/");
  await page.getByRole("link", { name: "Best Friend" }).click();
  await page.getByRole("link", { name: "Call me now" }).click();
  await page.getByLabel("What is it about?").selectOption({ label: "Language partner" });
  const callMe = page.getByRole("button", { name: "Call me", exact: true });
  await page.getByLabel("Language (required)").fill("Spanish");
  await page.getByLabel("Your level (required)").fill("  ");
  await page.getByText("ending in 4242").waitFor();
  await callMe.click();
  await expect.poll(() => page.evaluate("document.activeElement?.validity?.valid")).toBe(false);
  await page.getByLabel("Your level (required)").fill("beginner");
  const sent = page.waitForRequest("**/api/call");
  await callMe.click();
  expect((await sent).postDataJSON().variables).toEqual({ language: "Spanish", level: "beginner" });
  await page.getByRole("button", { name: "Decline" }).click({ timeout: 60_000 });
  await page.locator('[data-payment="released"]').waitFor({ timeout: 60_000 });
}, 180_000);

test("somebody takes their data along, and leaves with their password only", async () => {
  const page = await web.visit();
  const phone = await registerNewcomer(page);
  await page.goto("/account");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download my data" }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/^callmeback-\d{4}-\d\d-\d\d\.json$/);
  const kept = JSON.parse(await readFile(await file.path(), "utf8"));
  expect(kept.account.user.phone).toBe(phone);
  await page.getByRole("button", { name: "Delete my account" }).click();
  const password = page.getByLabel("Your password, to be sure it is you");
  await password.fill("NotMyPass123!");
  await page.getByRole("button", { name: "Delete it for good" }).click();
  await page.locator(".toast.bad").first().waitFor();
  await password.fill("SecurePass123!");
  await page.getByRole("button", { name: "Delete it for good" }).click();
  await page.getByRole("heading", { name: "Who should call you?" }).waitFor();
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(kept.account.user.email);
  await page.getByLabel("Password").fill("SecurePass123!");
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
  await page.locator(".toast.bad").first().waitFor();
  expect(await page.getByRole("button", { name: "Log out" }).count()).toBe(0);
}, 120_000);
