// axe finds nothing on any page, in light and in dark; a page of the router that is not visited here fails the test.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { ringDemo, visits } from "./visits.ts";
import { logInAsDemo, startWebStack, type WebStack } from "./web-stack.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const found = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

let web: WebStack;
const pages: Partial<Record<"light" | "dark", Page>> = {};
beforeAll(async () => {
  web = await startWebStack();
}, 120_000);
afterAll(() => web?.stop());

async function signedIn(colorScheme: "light" | "dark"): Promise<Page> {
  const known = pages[colorScheme];
  if (known !== undefined) return known;
  const page = await web.visit({ colorScheme, reducedMotion: "reduce" });
  await logInAsDemo(page);
  pages[colorScheme] = page;
  return page;
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const all = found.parse(await page.evaluate("axe.run().then((result) => result.violations)"));
  return all.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

describe.each(["light", "dark"] as const)("in %s colours", (colours) => {
  test.each(visits)(
    "$name has no violation",
    async ({ needsNobody, open }) => {
      const page = needsNobody
        ? await web.visit({ colorScheme: colours, reducedMotion: "reduce" })
        : await signedIn(colours);
      await open(page);
      await page.evaluate(axe);
      const violations = found.parse(await page.evaluate("axe.run().then((result) => result.violations)"));
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`),
      ).toEqual([]);
    },
    60_000,
  );

  test("a ringing phone and a running call have no violation", async () => {
    const page = await signedIn(colours);
    await ringDemo(page);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Answer" }).click();
    await page.locator(".turns li.persona").first().waitFor({ timeout: 40_000 });
    expect(await violations(page)).toEqual([]);
    await page.getByRole("complementary").getByRole("button", { name: "Hang up" }).click();
    await page.locator('[data-payment="captured"]').waitFor({ timeout: 30_000 });
  }, 90_000);
});

test("every page of the router is visited", () => {
  const router = readFileSync(new URL("../../web/src/router.ts", import.meta.url), "utf8");
  const names = [...router.matchAll(/^ {4}name: "([\w-]+)"/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(8);
  expect(visits.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});
