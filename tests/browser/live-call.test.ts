// A call as its page tells it while it runs: words as they fall, a network that goes and comes back.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoAccount } from "../../infra/stack/demo-account.ts";
import { answers, startCall } from "./calling.ts";
import { logInAsDemo, startWebStack, type WebStack } from "./web-stack.ts";

let web: WebStack;
beforeAll(async () => {
  web = await startWebStack();
}, 240_000);
afterAll(() => web?.stop());

const patience = { timeout: 60_000 };

async function inCall(): Promise<Page> {
  const page = await web.visit();
  await logInAsDemo(page);
  await startCall(page);
  await page.getByRole("button", { name: "Answer" }).click(patience);
  await answers(page, 1);
  return page;
}

async function hangUp(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: "Hang up" }).click();
  await page.locator('[data-payment="captured"]').waitFor(patience);
}

/** Another holder of the demo's handset, who talks while the page is away. */
async function takeHandset(): Promise<WebSocket> {
  const address = `${web.stack.sandboxUrl.replace(/^http/, "ws")}/control/phones/${encodeURIComponent(demoAccount.phone)}/handset`;
  const handset = new WebSocket(address);
  await new Promise((resolve) => handset.addEventListener("open", resolve, { once: true }));
  return handset;
}

test("words come onto the page while they are spoken, with nothing asked for meanwhile", async () => {
  const page = await inCall();
  await page.route("**/api/calls/*", (route) => route.abort());
  await page.getByLabel("Say something").fill("Please tell me a long story about the sea.");
  await page.getByRole("button", { name: "Say it" }).click();
  await page
    .locator(".drafts li.caller")
    .filter({ hasText: /Please/i })
    .waitFor(patience);
  await page
    .locator(".drafts li.persona")
    .filter({ hasText: /\w+ \w+/ })
    .waitFor(patience);
  await answers(page, 2);
  expect(await page.getByText("The connection is interrupted.").count()).toBe(0);
  await page.unroute("**/api/calls/*");
  await hangUp(page);
}, 240_000);

test("a network that is lost and comes back leads to the same place, with what was missed and nothing twice", async () => {
  const page = await inCall();
  const address = page.url();
  const before = await page.locator(".turns li").allInnerTexts();
  await page.context().setOffline(true);
  await page.getByText("The connection is interrupted.").waitFor();
  const handset = await takeHandset();
  handset.send(JSON.stringify({ type: "say", text: "Good evening, my name is Ada." }));
  const token = await page.evaluate<string>("localStorage.getItem('callmeback.token')");
  const stored = async (): Promise<string> => {
    const path = `/api/calls/${address.split("/").at(-1)}`;
    const answer = await fetch(`${web.stack.gatewayUrl}${path}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    return answer.text();
  };
  await expect.poll(stored, patience).toMatch(/name is Ada/i);
  expect(await page.getByText(/name is Ada/i).count()).toBe(0);
  await page.context().setOffline(false);
  await page
    .locator(".turns")
    .getByText(/name is Ada/i)
    .waitFor(patience);
  await page.getByText("The connection is interrupted.").waitFor({ state: "hidden" });
  expect(page.url()).toBe(address);
  const after = await page.locator(".turns li").allInnerTexts();
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.filter((line) => /name is Ada/i.test(line))).toHaveLength(1);
  await hangUp(page);
  handset.close();
}, 240_000);
