// What an operator does, in a real browser against the whole house, with a person in the same browser.
import type { Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { captureAtStripe } from "../api/capture-at-stripe.ts";
import { ApiClient } from "../api/client.ts";
import { type RegisteredPerson, register } from "../api/people.ts";
import { logInAsDemo, logInAsOperator, operator, startWebStack, type WebStack } from "./web-stack.ts";

let web: WebStack;
let api: ApiClient;
beforeAll(async () => {
  web = await startWebStack();
  api = new ApiClient(web.stack.gatewayUrl);
}, 240_000);
afterAll(() => web?.stop());

async function operatorsPage(): Promise<Page> {
  const page = await web.visit();
  page.setDefaultTimeout(60_000);
  await logInAsOperator(page);
  return page;
}

const place = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Operations" }).getByRole("link", { name, exact: true }).click();

/** By the search, as an operator does who was written to by them. */
async function find(page: Page, { email }: RegisteredPerson): Promise<void> {
  await place(page, "People");
  await page.getByLabel("Name, e-mail or phone").fill(email);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("row").filter({ hasText: email }).getByRole("link").click();
  await page.getByRole("heading", { level: 1, name: "Ada Lovelace" }).waitFor();
  await page.getByText(email).waitFor();
}

/** The audit's newest entries of an act, with what else they say. */
async function audited(page: Page, reason: string): Promise<void> {
  await place(page, "Audit");
  const entry = page.getByRole("row").filter({ hasText: reason });
  await entry.getByText(operator.email).waitFor();
}

test("an operator finds a person, suspends and restores them, and the audit keeps the reasons", async () => {
  const person = await register(api);
  const page = await operatorsPage();
  await find(page, person);
  await page.getByRole("button", { name: "Suspend", exact: true }).click();
  await page.getByText("must have at least 3 characters").waitFor();
  await page.getByLabel("Reason").fill("Fraud, ticket 4711");
  await page.getByRole("button", { name: "Suspend", exact: true }).click();
  await page.getByText("Suspended since").waitFor();
  await api.refused("me", { token: person.token }, "ACCOUNT_SUSPENDED");
  await page.getByLabel("Reason").fill("Cleared, ticket 4712");
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await page.getByText("Suspend this account").waitFor();
  const { user } = await api.good("login", { body: { email: person.email, password: person.password } });
  expect(user.id).toBe(person.id);
  await audited(page, "Fraud, ticket 4711");
  await audited(page, "Cleared, ticket 4712");
}, 180_000);

test("an operator gives a captured payment back in part, then the rest, once each, and the audit has it", async () => {
  const { token } = await api.good("adminLogin", { body: operator });
  const person = await register(api);
  await api.good("addPaymentMethod", {
    token: person.token,
    body: { payment_method_id: "pm_card_visa", set_as_default: true },
  });
  const { payment_intent_id } = await api.good("createPaymentIntent", {
    token: person.token,
    body: { estimated_duration: 5 },
  });
  const id = await captureAtStripe(web.stack, api, token, payment_intent_id);
  const page = await operatorsPage();
  await find(page, person);
  await page.getByRole("link", { name: "Their payments" }).click();
  await page.getByRole("row").filter({ hasText: payment_intent_id }).getByRole("link").click();
  await page.getByText("Up to $2.25 can be given back.").waitFor();

  await page.getByLabel("Amount in dollars").fill("a bit");
  await page.getByLabel("Reason").fill("It crackled, ticket 4713");
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  await page.getByText("must be an amount of dollars, such as 0.65").waitFor();

  // The answer is lost on its way. Whoever presses again asks for the same refund.
  await page.getByLabel("Amount in dollars").fill("0.65");
  await page.route("**/refund", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  await page.getByText("You are offline.").first().waitFor();
  await page.unroute("**/refund");
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  await page.getByText("Up to $1.60 can be given back.").waitFor();

  await page.getByLabel("Reason").fill("The rest too, ticket 4714");
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  await page.getByText("There is nothing left that could be given back.").waitFor();
  const { payment } = await api.good("adminGetPayment", { token, params: { id } });
  expect(payment.refunds.map(({ amount, state }) => [amount, state]).toSorted()).toEqual([
    [0.65, "succeeded"],
    [1.6, "succeeded"],
  ]);
  await audited(page, "It crackled, ticket 4713");
  await audited(page, "The rest too, ticket 4714");
}, 180_000);

test("an operator adds a persona of the system, changes it and deletes it", async () => {
  const page = await operatorsPage();
  await place(page, "Personas");
  await page.getByRole("link", { name: "New system persona" }).click();
  await page.getByLabel("Name").fill("Night Porter");
  await page.getByLabel("Description").fill("Awake when nobody else is, with a kind word.");
  await page.getByLabel("How it behaves").fill("You are Emil, a night porter who has seen it all.");
  await page.getByRole("button", { name: "Create persona" }).click();
  await page.getByRole("link", { name: "Edit Night Porter" }).click();
  await expect.poll(() => page.getByLabel("Description").inputValue()).toContain("a kind word");
  await page.getByLabel("Name").fill("Night Keeper");
  await page.getByRole("button", { name: "Save changes" }).click();
  const row = page.getByRole("row").filter({ hasText: "Night Keeper" });
  await row.getByRole("button", { name: "Delete" }).click();
  await row.getByRole("group", { name: "Delete for good?" }).getByRole("button", { name: "Delete" }).click();
  await row.waitFor({ state: "detached" });
}, 180_000);

test("an operator's session is its own: it runs out and comes back to its page, and leaves the person's alone", async () => {
  const page = await web.visit();
  page.setDefaultTimeout(60_000);
  await logInAsDemo(page);
  await page.goto("/admin/costs");
  // A person is nobody here.
  await page.getByRole("heading", { name: "Operator login" }).waitFor();
  await page.getByLabel("E-mail").fill(operator.email);
  await page.getByLabel("Password").fill(operator.password);
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Costs" }).waitFor();

  const own = { token: await page.evaluate<string>("localStorage.getItem('callmeback.operator-token')") };
  // It ends as the next page asks: ended before, this one could notice it first, and have no place to go to any more.
  const endAndAsk = async (asked: Route): Promise<void> => {
    await api.good("adminLogout", own);
    await asked.continue();
  };
  await page.route("**/api/admin/health", endAndAsk, { times: 1 });
  await place(page, "Health");
  await page.getByText("Your session has ended.").waitFor();
  await page.getByLabel("E-mail").fill(operator.email);
  await page.getByLabel("Password").fill(operator.password);
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
  await page.getByText("Every part answers.").waitFor();

  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "Operator login" }).waitFor();
  expect(await page.getByText("Your session has ended.").count()).toBe(0);
  await page.goto("/calls");
  await page.getByText("Bedtime Storyteller").first().waitFor();
}, 180_000);

test("a call that rings is on the operator's page by itself, and is hung up there", async () => {
  const page = await operatorsPage();
  const person = await web.visit();
  await logInAsDemo(person);
  const [persona] = (await api.good("listPersonas")).personas;
  await person.goto(`/call/${persona?.id}`);
  await person.getByRole("button", { name: "Call me", exact: true }).click();
  await person.getByText("Your phone is ringing").waitFor({ timeout: 60_000 });
  const row = page.getByRole("row").filter({ hasText: persona?.name ?? "" });
  await row.getByRole("button", { name: "Hang up" }).click();
  await row.getByRole("group").getByRole("button", { name: "Hang up" }).click();
  await page.getByText("Nobody is on the phone").waitFor();
  await page.getByRole("link", { name: "See past calls" }).click();
  await page
    .getByRole("link", { name: persona?.name ?? "" })
    .first()
    .click();
  await page.getByText("What was said belongs to the person.").waitFor();
  await page.getByRole("heading", { name: "What happened" }).waitFor();
}, 180_000);
