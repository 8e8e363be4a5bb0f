// How the browser tests come into a call.
import type { Page } from "playwright-core";

/** As a person does, from the gallery. */
export async function startCall(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("link", { name: "Best Friend" }).click();
  await page.getByRole("link", { name: "Call me now" }).click();
  await page.getByRole("button", { name: "Call me", exact: true }).click();
  await page.waitForURL(/\/calls\//);
}

/** Waits for so many turns of the persona on the page. */
export const answers = (page: Page, count: number) =>
  page
    .locator(".turns li.persona")
    .nth(count - 1)
    .waitFor({ timeout: 60_000 });

/** Tells the page that people are understood here, which brings the microphone. */
export const offerMicrophone = (page: Page) =>
  page.route("**/config.json", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ json: { ...(await answer.json()), hearsVoices: true } });
  });
