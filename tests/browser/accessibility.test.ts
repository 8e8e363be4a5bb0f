// axe finds nothing on any page, in light and in dark; a page of the router that is not visited here fails the test.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe.ts";
import { openLive, ringDemo, type Visit, visits } from "./visits.ts";
import { logInAsDemo, logInAsOperator, startWebStack, type WebStack } from "./web-stack.ts";

let web: WebStack;
type Colours = "light" | "dark";
const pages: Partial<Record<`${Exclude<Visit["as"], "nobody">} ${Colours}`, Page>> = {};
beforeAll(async () => {
  web = await startWebStack();
}, 120_000);
afterAll(() => web?.stop());

async function pageOf(as: Visit["as"], colorScheme: Colours): Promise<Page> {
  const known = as === "nobody" ? undefined : pages[`${as} ${colorScheme}`];
  if (known !== undefined) return known;
  const page = await web.visit({ colorScheme, reducedMotion: "reduce" });
  if (as === "nobody") return page;
  await (as === "person" ? logInAsDemo : logInAsOperator)(page);
  pages[`${as} ${colorScheme}`] = page;
  return page;
}

describe.each(["light", "dark"] as const)("in %s colours", (colours) => {
  test.each(visits)(
    "$name has no violation",
    async ({ as, open }) => {
      const page = await pageOf(as, colours);
      await open(page);
      expect(await violations(page)).toEqual([]);
    },
    60_000,
  );

  test("a ringing phone, a running call and the operator who sees it have no violation", async () => {
    const page = await pageOf("person", colours);
    await ringDemo(page);
    expect(await violations(page)).toEqual([]);
    const operator = await pageOf("operator", colours);
    await openLive(operator);
    expect(await violations(operator)).toEqual([]);
    await page.getByRole("button", { name: "Answer" }).click();
    await page.locator(".turns li.persona").first().waitFor({ timeout: 40_000 });
    expect(await violations(page)).toEqual([]);
    await page.getByRole("complementary").getByRole("button", { name: "Hang up" }).click();
    await page.locator('[data-payment="captured"]').waitFor({ timeout: 30_000 });
  }, 90_000);
});

test("every page of the router is visited", () => {
  const routers = ["router.ts", "admin/pages.ts"].map((file) =>
    readFileSync(new URL(`../../web/src/${file}`, import.meta.url), "utf8"),
  );
  const names = routers.flatMap((router) =>
    [...router.matchAll(/^ {4}name: "([\w-]+)"/gm)].map(([, name]) => name),
  );
  expect(names.length).toBeGreaterThan(20);
  expect(visits.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});
