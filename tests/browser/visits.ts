// How to come to each page of the web app with something on it; one entry a route of the router.
import type { Page } from "playwright-core";

export interface Visit {
  /** The route's name. */
  name: string;
  /** Seen by somebody who is not signed in. */
  needsNobody?: boolean;
  open(page: Page): Promise<void>;
}

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor();
const at = (name: string, path: string, title: string | RegExp, needsNobody = false): Visit => ({
  name,
  needsNobody,
  open: async (page) => {
    await page.goto(path);
    await heading(page, title);
    await page.locator(".shimmer").first().waitFor({ state: "detached" });
  },
});
const bestFriend = "01990000-0000-7000-8000-000000000001";

export const visits: readonly Visit[] = [
  at("login", "/login", "Welcome back", true),
  at("register", "/register", "Create your account", true),
  {
    name: "gallery",
    open: async (page) => {
      await page.goto("/");
      await page.getByRole("link", { name: "Best Friend" }).waitFor();
    },
  },
  at("persona", `/personas/${bestFriend}`, "Best Friend"),
  at("new-persona", "/personas/new", "Make a persona"),
  at("edit-persona", `/personas/${bestFriend}/edit`, "Edit this persona"),
  {
    name: "call-now",
    open: async (page) => {
      await page.goto(`/call/${bestFriend}`);
      await page.getByText("ending in 4242").waitFor();
    },
  },
  {
    name: "history",
    open: async (page) => {
      await page.goto("/calls");
      await page.getByText("Bedtime Storyteller").first().waitFor();
    },
  },
  {
    name: "call",
    open: async (page) => {
      await page.goto("/calls");
      await page.getByRole("link", { name: "Bedtime Storyteller" }).first().click();
      await page.getByText("How fast the answers came").waitFor();
    },
  },
  at("phone", "/phone", "Is this your phone?"),
  {
    name: "cards",
    open: async (page) => {
      await page.goto("/cards");
      await page.getByText("visa ending in 4242").waitFor();
    },
  },
  at("schedule", "/schedule", "Scheduled calls"),
  at("account", "/account", "Your account"),
  {
    name: "not-found",
    open: async (page) => {
      await page.goto("/no/such/page");
      await page.getByText("There is nothing at this address").waitFor();
    },
  },
];

/** Has the phone in the corner ring. */
export async function ringDemo(page: Page): Promise<void> {
  await page.goto(`/call/${bestFriend}`);
  await page.getByRole("button", { name: "Call me", exact: true }).click();
  await page.getByRole("button", { name: "Answer" }).waitFor();
  await page.getByText("Your phone is ringing").waitFor();
}
