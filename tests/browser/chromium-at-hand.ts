// Before the tests of the browser begin: whoever of them finds none would install it, and two cannot at once.
import { findChromium } from "./chromium.ts";

export function setup(): void {
  try {
    findChromium();
  } catch {
    // Each test of the browser says so itself; all others have no need of it.
  }
}
