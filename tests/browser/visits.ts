// How to come to each page of the web app with something on it; one entry a route of the router.
import type { Page } from "playwright-core";

export interface Visit {
  /** The route's name. */
  name: string;
  /** Who sees it: `nobody` is not signed in. */
  as: "nobody" | "person" | "operator";
  open(page: Page): Promise<void>;
}

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor();
const at = (
  name: string,
  path: string,
  title: string | RegExp,
  as: Visit["as"] = name.startsWith("admin-") ? "operator" : "person",
): Visit => ({
  name,
  as,
  open: async (page) => {
    await page.goto(path);
    await heading(page, title);
    await page.locator(".shimmer").first().waitFor({ state: "detached" });
  },
});
/** The first of a list, opened. */
const firstOf = (name: string, list: string, link: string | RegExp, title: RegExp): Visit => ({
  name,
  as: "operator",
  open: async (page) => {
    await page.goto(list);
    await page.getByRole("table").getByRole("link", { name: link }).first().click();
    await heading(page, title);
    await page.locator(".shimmer").first().waitFor({ state: "detached" });
  },
});
const bestFriend = "01990000-0000-7000-8000-000000000001";

export const visits: readonly Visit[] = [
  at("login", "/login", "Welcome back", "nobody"),
  at("register", "/register", "Create your account", "nobody"),
  {
    name: "gallery",
    as: "person",
    open: async (page) => {
      await page.goto("/");
      await page.getByRole("link", { name: "Best Friend" }).waitFor();
    },
  },
  at("persona", `/personas/${bestFriend}`, "Best Friend"),
  at("new-persona", "/personas/new", "Make a persona"),
  {
    name: "edit-persona",
    as: "person",
    open: async (page) => {
      await page.goto("/");
      await page.getByRole("link", { name: "Aunt Rosa" }).click();
      await page.getByRole("link", { name: "Edit" }).click();
      await heading(page, "Edit this persona");
    },
  },
  {
    name: "call-now",
    as: "person",
    open: async (page) => {
      await page.goto(`/call/${bestFriend}`);
      await page.getByText("ending in 4242").waitFor();
    },
  },
  {
    name: "history",
    as: "person",
    open: async (page) => {
      await page.goto("/calls");
      await page.getByText("Bedtime Storyteller").first().waitFor();
    },
  },
  {
    name: "call",
    as: "person",
    open: async (page) => {
      await page.goto("/calls");
      await page.getByRole("link", { name: "Bedtime Storyteller" }).first().click();
      await page.getByText("How fast the answers came").waitFor();
    },
  },
  at("phone", "/phone", "Is this your phone?"),
  {
    name: "cards",
    as: "person",
    open: async (page) => {
      await page.goto("/cards");
      await page.getByText("visa ending in 4242").waitFor();
    },
  },
  at("schedule", "/schedule", "Scheduled calls"),
  at("account", "/account", "Your account"),
  at("admin-login", "/admin/login", "Operator login", "nobody"),
  at("admin-live", "/admin", "Live calls"),
  at("admin-calls", "/admin/calls", "Calls"),
  firstOf("admin-call", "/admin/calls", "Bedtime Storyteller", /^Call with/),
  at("admin-users", "/admin/users", "People"),
  firstOf("admin-user", "/admin/users", "Robin Demo", /^Robin Demo$/),
  at("admin-personas", "/admin/personas", "Personas"),
  at("admin-new-persona", "/admin/personas/new", "New system persona"),
  at("admin-persona", `/admin/personas/${bestFriend}`, "Best Friend"),
  at("admin-payments", "/admin/payments", "Payments"),
  firstOf("admin-payment", "/admin/payments?state=captured", /\d\d:\d\d/, /^Payment of/),
  at("admin-costs", "/admin/costs", "Costs"),
  at("admin-health", "/admin/health", "Health"),
  at("admin-audit", "/admin/audit", "Audit"),
  {
    name: "not-found",
    as: "person",
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

/** An operator's live calls with one of them asked about, while one rings. */
export async function openLive(page: Page): Promise<void> {
  await page.goto("/admin");
  await page.getByRole("row").getByRole("button", { name: "Hang up" }).first().click();
  await page.getByText("Hang up on them?").waitFor();
}
