// axe finds nothing either in what a page becomes: empty, failed, offline, asked twice, in the middle of something. In both themes.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import { answers, offerMicrophone, startCall } from "./calling.ts";
import { addCard, registerNewcomer, sendCode, verifyPhone } from "./newcomers.ts";
import { logInAsDemo, startWebStack, type WebStack } from "./web-stack.ts";

let web: WebStack;
beforeAll(async () => {
  web = await startWebStack();
}, 240_000);
afterAll(() => web?.stop());

const patience = { timeout: 60_000 };
const clean = async (page: Page, state: string) =>
  expect([state, ...(await violations(page))]).toEqual([state]);
const corner = (page: Page, name: string) => page.getByRole("complementary").getByRole("button", { name });

async function hangUp(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: "Hang up" }).click();
  await page.getByRole("heading", { name: "Receipt" }).waitFor(patience);
}

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  const visit = () => web.visit({ colorScheme, reducedMotion: "reduce" });

  test("where nothing is yet, and where nothing fits", async () => {
    const page = await visit();
    await registerNewcomer(page);
    for (const [path, words] of [
      ["/calls", "No calls yet"],
      ["/schedule", "Nothing is scheduled."],
      ["/cards", "No card yet."],
      ["/account", "No calls yet."],
      ["/?search=nobodyiscalledthis", "Nobody fits"],
      ["/call/01990000-0000-7000-8000-000000000001", "Add a card first."],
      ["/personas/01990000-0000-7000-8000-000000000001/edit", "This persona is not yours to change"],
      ["/calls?status=failed", "No call fits"],
    ] as const) {
      await page.goto(path);
      await page.getByText(words).first().waitFor();
      await clean(page, path);
    }
    await page.goto("/phone");
    await sendCode(page);
    await clean(page, "a code is asked for");
    await page.getByRole("button", { name: "Verify" }).click();
    await page.locator('[aria-invalid="true"]').waitFor();
    await clean(page, "a code is missing");
    await corner(page, "Open the phone").click();
    await corner(page, "Messages").click();
    await page.getByRole("log", { name: "Messages" }).getByText(/\d{6}/).first().waitFor();
    await clean(page, "messages on the phone");
  }, 120_000);

  test("where something is wrong, lost or asked twice", async () => {
    const page = await visit();
    await logInAsDemo(page);
    await page.goto("/personas/new");
    await page.getByRole("button", { name: "Create persona" }).click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    await clean(page, "a form with faults");
    await page.goto("/");
    await page.getByRole("link", { name: "Aunt Rosa" }).click();
    await page.getByRole("link", { name: "Edit" }).click();
    await page.getByRole("button", { name: "Delete this persona" }).click();
    await page.getByText("Delete it for good?").waitFor();
    await clean(page, "a persona about to be deleted");
    await page.goto("/account");
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByLabel("Your password, to be sure it is you").fill("NotMyPass123!");
    await clean(page, "an account about to be deleted");
    await page.getByRole("button", { name: "Delete it for good" }).click();
    await page.locator(".toast.bad").waitFor();
    await clean(page, "a toast that warns");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator(".toast.good").waitFor();
    await clean(page, "a toast that confirms");
    for (const state of ["Running Mate", "Wake-up Caller", "Aunt Rosa", "Language Partner"]) {
      await page.goto("/calls");
      await page.getByRole("link", { name: state }).first().click();
      await page.getByRole("heading", { name: "Receipt" }).waitFor();
      await clean(page, `the receipt of ${state}`);
    }
    await page.route("**/api/**", (route) => route.abort());
    const persona = "01990000-0000-7000-8000-000000000001";
    for (const path of [
      "/",
      "/calls",
      "/account",
      "/schedule",
      "/phone",
      `/personas/${persona}`,
      `/personas/${persona}/edit`,
      `/call/${persona}`,
      `/calls/${persona}`,
    ]) {
      await page.goto(path);
      await page.getByRole("button", { name: "Try again" }).first().waitFor();
      // What is known of the person fails before the page is there.
      await page.locator("h1").waitFor({ state: "attached" });
      await clean(page, `${path} without its server`);
    }
    await page.unroute("**/api/**");
    await page.goto("/calls");
    await page.getByText("Patient Listener").first().waitFor();
    await page.context().setOffline(true);
    await page.getByText("You are offline.").first().waitFor();
    await clean(page, "offline");
    await page.context().setOffline(false);
  }, 120_000);

  test("while the bank asks, a call is counted down, and the keypad is open", async () => {
    const page = await visit();
    await registerNewcomer(page);
    await verifyPhone(page);
    await addCard(page, "4000 0027 6000 3184");
    const bank = page.getByRole("dialog", { name: "Your bank’s page" });
    await bank.frameLocator("iframe").getByRole("button", { name: "Complete" }).waitFor(patience);
    await clean(page, "the bank’s page");
    await bank.getByRole("button", { name: "Cancel" }).click();
    await addCard(page, "4242 4242 4242 4242");
    await page.getByText("visa ending in 4242").waitFor();
    await page.goto("/call/01990000-0000-7000-8000-000000000001");
    await page.getByText("ending in 4242").waitFor();
    // Else it would have counted on while axe looks.
    await page.evaluate("window.setInterval = () => 0");
    await page.getByRole("button", { name: "Call me", exact: true }).click();
    await page.getByText("Your phone rings in 3 …").waitFor();
    await clean(page, "a countdown");
    await startCall(page);
    await page.getByRole("button", { name: "Answer" }).click(patience);
    await answers(page, 1);
    await corner(page, "Keypad").click();
    await corner(page, "Sound off").click();
    await clean(page, "the keypad, with the sound off");
    await hangUp(page);
  }, 180_000);

  test("a try-out from the editor to its receipt, and a microphone that is not there", async () => {
    const page = await visit();
    await offerMicrophone(page);
    await registerNewcomer(page);
    await verifyPhone(page);
    await page.goto("/personas/new");
    await page.getByLabel("Name").fill("Night Clerk");
    await page.getByLabel("Description").fill("Sits at the desk and is glad of company.");
    await page.getByLabel("How it behaves").fill("You are a night clerk in a small hotel.");
    await clean(page, "the editor, filled");
    await page.getByRole("button", { name: "Create and try" }).click();
    await page.getByRole("button", { name: "Answer" }).click(patience);
    await page.getByText(/free try-out/).waitFor(patience);
    await clean(page, "a try-out that runs");
    await corner(page, "Use the microphone").click();
    await corner(page, "Use the microphone").waitFor();
    await page.getByRole("complementary").getByRole("alert").waitFor();
    await clean(page, "no microphone");
    await hangUp(page);
    await page.getByRole("link", { name: "Back to the editor" }).waitFor(patience);
    await clean(page, "the receipt of a try-out");
  }, 180_000);
});
