// Who is signed in is the same in every tab, however slow the network is.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { logIn, logInAsDemo, startWebStack, type WebStack } from "./web-stack.ts";

let web: WebStack;
beforeAll(async () => {
  web = await startWebStack();
}, 120_000);
afterAll(() => web?.stop());

/** Keeps every request to an address waiting until it is let go. */
async function hold(page: Page, address: string): Promise<() => void> {
  const gate = Promise.withResolvers<void>();
  await page.route(address, async (route) => {
    await gate.promise;
    await route.continue();
  });
  return gate.resolve;
}

async function openCalls(page: Page): Promise<void> {
  await page.goto("/calls");
  await page.getByRole("heading", { name: "Your calls" }).waitFor();
}

test("logging out in one tab logs the other out too, even one that does not know yet whose it is", async () => {
  const page = await web.visit();
  await logInAsDemo(page);
  const other = await page.context().newPage();
  const letGo = await hold(other, "**/api/auth/me");
  await openCalls(other);
  await page.getByRole("button", { name: "Log out" }).click();
  await other.getByRole("heading", { name: "Welcome back" }).waitFor();
  // Nor does a late answer bring them back.
  const late = other.waitForResponse("**/api/auth/me");
  letGo();
  await late;
  expect(await other.getByRole("button", { name: "Log out" }).count()).toBe(0);
  expect(await other.getByRole("complementary").count()).toBe(0);
}, 60_000);

test("whoever logs out is out at once, in every tab, while the server is still being told", async () => {
  const page = await web.visit();
  await logInAsDemo(page);
  const other = await page.context().newPage();
  await openCalls(other);
  const letGo = await hold(page, "**/api/auth/logout");
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("link", { name: "Log in" }).waitFor();
  await page.getByRole("heading", { name: "Who should call you?" }).waitFor();
  await other.getByRole("heading", { name: "Welcome back" }).waitFor();
  const told = page.waitForResponse("**/api/auth/logout");
  letGo();
  expect((await told).status()).toBe(200);
}, 60_000);

test("a late refusal of the token that was in use before leaves the new session alone", async () => {
  const page = await web.visit();
  await logInAsDemo(page);
  const letGo = await hold(page, "**/api/auth/me");
  await openCalls(page);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("link", { name: "Log in" }).waitFor();
  const late = page.waitForResponse("**/api/auth/me");
  await logIn(page);
  letGo();
  expect((await late).status()).toBe(401);
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  await page.getByRole("heading", { name: "Your calls" }).waitFor();
}, 60_000);
