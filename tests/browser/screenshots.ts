// `node infra/run.mjs screenshots`: every page at phone and desktop width into docs/screenshots/, from the demo account.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openLive, ringDemo, visits } from "./visits.ts";
import { logInAsDemo, logInAsOperator, startWebStack } from "./web-stack.ts";

const dir = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 860 } };

mkdirSync(dir, { recursive: true });
const web = await startWebStack();
process.on("disconnect", () => void web.stop());
try {
  for (const [width, viewport] of Object.entries(sizes)) {
    // The phone's are dark, so that both themes are looked at.
    const colorScheme = width === "phone" ? "dark" : "light";
    const options = { viewport, colorScheme, reducedMotion: "reduce" } as const;
    const nobody = await web.visit(options);
    const person = await web.visit(options);
    const operator = await web.visit(options);
    await logInAsDemo(person);
    await logInAsOperator(operator);
    for (const { name, as, open } of visits) {
      const page = { nobody, person, operator }[as];
      await open(page);
      await page.screenshot({ path: `${dir}${name}-${width}.png` });
    }
    await ringDemo(person);
    await person.screenshot({ path: `${dir}call-ringing-${width}.png` });
    await openLive(operator);
    await operator.screenshot({ path: `${dir}admin-live-ringing-${width}.png` });
    await person.getByRole("button", { name: "Answer" }).click();
    await person.locator(".turns li.persona").first().waitFor({ timeout: 40_000 });
    await person.screenshot({ path: `${dir}call-live-${width}.png` });
    await person.getByRole("complementary").getByRole("button", { name: "Hang up" }).click();
    await person.locator('[data-payment="captured"]').waitFor({ timeout: 30_000 });
  }
} finally {
  await web.stop();
}
process.exit(0);
