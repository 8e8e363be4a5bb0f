// A call as its page tells it while it runs: words as they fall, a network that goes and comes back.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoAccount } from "../../infra/stack/demo-account.ts";
import { ApiClient } from "../api/client.ts";
import { answers, startCall } from "./calling.ts";
import { logInAsDemo, operator, startWebStack, type WebStack } from "./web-stack.ts";

let web: WebStack;
beforeAll(async () => {
  web = await startWebStack();
}, 240_000);
afterAll(() => web?.stop());

const patience = { timeout: 60_000 };

async function inCall(options?: Parameters<WebStack["visit"]>[0]): Promise<Page> {
  const page = await web.visit(options);
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
  await page.getByLabel("Say something").fill("Please tell me something about the sea.");
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

test("a receipt shows a refund and what each provider took, and prints on light paper without buttons", async () => {
  const page = await inCall();
  await hangUp(page);
  expect(await page.locator('[data-figure="refunded"]').count()).toBe(0);
  const api = new ApiClient(web.stack.gatewayUrl);
  const { token } = await api.good("adminLogin", { body: operator });
  const mine = await page.evaluate<string>("localStorage.getItem('callmeback.token')");
  const id = page.url().split("/").at(-1) ?? "";
  const { call } = await api.good("getCall", { token: mine, params: { id } });
  const { payments } = await api.good("adminListPayments", { token, query: "?state=captured" });
  const payment = payments.find((each) => each.payment_intent_id === call.payment?.payment_intent_id);
  await api.good("adminRefundPayment", {
    token,
    params: { id: payment?.id ?? "" },
    body: { amount: 0.1, reason: "The line crackled" },
  });
  await page.reload();
  await page.locator('[data-figure="refunded"]').filter({ hasText: "$0.10" }).waitFor(patience);
  const providers = await page
    .locator("[data-provider]")
    .evaluateAll((all) => all.map((each) => each.getAttribute("data-provider")));
  expect(providers).toEqual(call.costs.map(({ provider }) => provider));
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await page.getByRole("button").filter({ visible: true }).count()).toBe(0);
  expect(await page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")).toBe(
    "rgb(255, 253, 249)",
  );
}, 240_000);

test("on a small screen the phone in the corner leaves Hang up of the page free", async () => {
  const page = await inCall({ viewport: { width: 390, height: 844 } });
  await page.getByLabel("Say something").waitFor();
  await page.evaluate("window.scrollTo(0, 0)");
  const box = await page.getByRole("main").getByRole("button", { name: "Hang up" }).boundingBox();
  const { x = 0, y = 0, width = 0, height = 0 } = box ?? {};
  for (const share of [0.1, 0.5, 0.9]) {
    const point = `${x + width * share}, ${y + height / 2}`;
    expect(
      await page.evaluate(`document.elementFromPoint(${point})?.closest("main button")?.textContent`),
    ).toBe("Hang up");
  }
  await hangUp(page);
}, 240_000);

test("two tabs show one call; either hangs up, and the one that is looked at has the phone", async () => {
  const page = await inCall();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await answers(other, 1);
  await other.getByLabel("Say something").fill("Good evening, my name is Ada.");
  await other.getByRole("button", { name: "Say it" }).click();
  for (const each of [page, other])
    await each
      .locator(".turns")
      .getByText(/name is Ada/i)
      .waitFor(patience);
  expect(
    await page
      .locator(".turns")
      .getByText(/name is Ada/i)
      .count(),
  ).toBe(1);
  await hangUp(other);
  await page.locator('[data-payment="captured"]').waitFor(patience);
  // A browser without a window shows no tab before another, so that the news of it is brought by hand.
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await page.getByRole("button", { name: "Open the phone" }).waitFor();
}, 240_000);

test("a reload comes back to the call while it rings, while it runs and when it is over", async () => {
  const page = await web.visit();
  await logInAsDemo(page);
  await startCall(page);
  await page.getByText("Your phone is ringing").waitFor(patience);
  await page.reload();
  await page.getByText("Your phone is ringing").waitFor(patience);
  await page.getByRole("button", { name: "Answer" }).click(patience);
  await answers(page, 1);
  const said = await page.locator(".turns li").first().textContent();
  await page.reload();
  await answers(page, 1);
  expect(await page.locator(".turns li").first().textContent()).toBe(said);
  expect(await page.locator('[data-status="in-progress"]').count()).toBe(1);
  await hangUp(page);
  const total = await page.locator('[data-figure="total"]').textContent();
  await page.reload();
  await page.locator('[data-payment="captured"]').waitFor(patience);
  expect(await page.locator('[data-figure="total"]').textContent()).toBe(total);
}, 240_000);
