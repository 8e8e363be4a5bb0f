// What axe finds wrong with a page as it is now.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import * as z from "zod";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const found = z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }));

export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const all = found.parse(await page.evaluate("axe.run().then((result) => result.violations)"));
  return all.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}
