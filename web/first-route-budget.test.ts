import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterEach, expect, test } from "vitest";
import { firstRouteBudget } from "./first-route-budget.ts";

const made: string[] = [];
afterEach(() => {
  for (const each of made.splice(0)) rmSync(each, { recursive: true });
});

/** An app of one page, which weighs about 20 KiB by words that do not compress, and another page that is large. */
async function buildWith(gzipBytes: number, page = "first.js"): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "budget-"));
  made.push(root);
  const noise = (bytes: number) =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("base64");
  writeFileSync(join(root, "index.html"), '<script type="module" src="/main.js"></script>');
  writeFileSync(join(root, "main.js"), 'import("./first.js"); import("./second.js");');
  writeFileSync(join(root, "first.js"), `console.log("${noise(20 * 1024)}");`);
  writeFileSync(join(root, "second.js"), `console.log("${noise(60 * 1024)}");`);
  await build({
    root,
    configFile: false,
    logLevel: "silent",
    plugins: [firstRouteBudget({ page, gzipBytes })],
  });
}

test("a first page beyond its budget breaks the build", async () => {
  await expect(buildWith(15 * 1024)).rejects.toThrow(/first page's JavaScript is 2\d\.\d KiB gzipped/);
});

test("what other pages weigh is not counted", async () => {
  await expect(buildWith(30 * 1024)).resolves.toBeUndefined();
});

test("a page that is not in the build cannot pass unseen", async () => {
  await expect(buildWith(30 * 1024, "elsewhere.js")).rejects.toThrow("No chunk holds elsewhere.js");
});
