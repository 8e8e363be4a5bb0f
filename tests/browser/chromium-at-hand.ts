// Before the tests of the browser begin: whoever of them finds none would install it, and two cannot at once.
import { findChromium } from "./chromium.ts";

export function setup(): void {
  findChromium();
}
