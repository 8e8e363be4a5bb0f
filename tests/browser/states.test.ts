// A page whose server cannot be reached says so and offers to try again, and is whole once it can.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { logInAsDemo, startWebStack, type WebStack } from "./web-stack.ts";

let web: WebStack;
let page: Page;
beforeAll(async () => {
  web = await startWebStack();
  page = await web.visit();
  await logInAsDemo(page);
}, 240_000);
afterAll(() => web?.stop());

const bestFriend = "01990000-0000-7000-8000-000000000001";
const views = [
  ["/", "Best Friend"],
  [`/personas/${bestFriend}`, "Call me now"],
  [`/personas/${bestFriend}/edit`, "This persona is not yours to change"],
  [`/call/${bestFriend}`, "Best Friend calls you"],
  ["/calls", "Bedtime Storyteller"],
  ["/cards", "visa ending in 4242"],
  ["/schedule", "Cancel"],
  ["/account", "What you used"],
  ["/phone", "Your number is verified."],
] as const;

test.each(views)(
  "%s says that it cannot be had, and has it at the next try",
  async (path, words) => {
    await page.route("**/api/**", (route) => route.abort());
    await page.goto(path);
    const again = page.getByRole("button", { name: "Try again" });
    await again.first().waitFor();
    await page.getByText("You are offline.").first().waitFor();
    await page.unroute("**/api/**");
    await expect
      .poll(
        async () => {
          if ((await again.count()) > 0) await again.first().click();
          return [await again.count(), await page.locator(".shimmer").count()];
        },
        { timeout: 30_000 },
      )
      .toEqual([0, 0]);
    await page.getByRole("main").getByText(words).first().waitFor();
  },
  90_000,
);
