// The whole house with the web app, and a browser in front of it. Nothing is mocked.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { demoAccount } from "../../infra/stack/demo-account.ts";
import type { Environment } from "../../infra/stack/environment.ts";
import { type Stack, startStack } from "../../infra/stack/start-stack.ts";
import { openBrowser } from "./chromium.ts";

export interface WebStack {
  stack: Stack;
  browser: Browser;
  /** Somebody new at a browser of their own. */
  visit(options?: Parameters<Browser["newContext"]>[0]): Promise<Page>;
  stop(): Promise<void>;
}

/** Who looks after the service in every one of these stacks. */
export const operator = { email: "operator@example.com", password: "Operator-Pass-1" } as const;

export async function startWebStack(more: Environment = {}): Promise<WebStack> {
  const { PATH = "", HOME = "" } = process.env;
  const env = {
    PATH,
    HOME,
    PASSWORD_HASH_COST: "4",
    RATE_LIMIT_SCALE: "1000",
    SANDBOX_LATENCY: "none",
    ADMIN_EMAIL: operator.email,
    ADMIN_PASSWORD: operator.password,
    ...more,
  };
  const [stack, browser] = await Promise.all([startStack({ env, isWebOn: true }), openBrowser()]);
  return {
    stack,
    browser,
    visit: async (options) => {
      const context: BrowserContext = await browser.newContext({ baseURL: stack.webUrl, ...options });
      context.setDefaultTimeout(20_000);
      return context.newPage();
    },
    stop: async () => {
      await browser.close();
      await stack.stop();
    },
  };
}

export async function logInAsDemo(page: Page): Promise<void> {
  await page.goto("/login");
  await logIn(page);
}

/** As the demo account, through the app's own links, so that the page that runs goes on. */
export async function logIn(page: Page): Promise<void> {
  if (!page.url().includes("/login")) await page.getByRole("link", { name: "Log in" }).click();
  await page.getByLabel("E-mail").fill(demoAccount.email);
  await page.getByLabel("Password").fill(demoAccount.password);
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "Log out" }).waitFor();
}

export async function logInAsOperator(page: Page): Promise<void> {
  await page.goto("/admin/login");
  await page.getByLabel("E-mail").fill(operator.email);
  await page.getByLabel("Password").fill(operator.password);
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Live calls" }).waitFor();
}
