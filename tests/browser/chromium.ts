// The browser of the tests: Debian's Chromium, installed when it is missing and this process may install it. Its shell is
// preferred: the whole of it draws, for each page, the window around it too.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const shell = "/usr/bin/chromium-headless-shell";
const places = [shell, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** @throws Error that says what to install */
export function findChromium(): string {
  const given = process.env.CHROMIUM_PATH;
  if (given) return given;
  const found = places.find((path) => existsSync(path));
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    throw new Error(
      "The browser tests need Chromium. Install it (Debian: apt-get install chromium-headless-shell), or set CHROMIUM_PATH.",
    );
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
  const install = ["install", "-y", "-qq", "--no-install-recommends", "chromium-headless-shell"];
  execFileSync("apt-get", install, { stdio: "inherit", env });
  return shell;
}

/** @param more Chromium's own switches */
export function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio", ...more],
  });
}
