import { describe, expect, it } from "vitest";
import { isOptOut } from "./opt-out.ts";

describe("the wish not to be called", () => {
  it.each([
    "Stop calling me!",
    "Please, stop calling this number.",
    "Don’t ever call me again.",
    "never call here again",
    "Take me off your list, will you?",
    "Remove my number from the calling list.",
    "No more calls, please.",
    "Ruf mich bitte nicht mehr an.",
    "No me llames más.",
    "Ne m'appelez plus.",
  ])("is heard in '%s'", (text) => {
    expect(isOptOut(text)).toBe(true);
  });

  it.each([
    "Stop.",
    "Oh stop it, you make me laugh",
    "Don't stop calling me, I love it",
    "Why did you stop calling me?",
    "If you stop calling me I would be sad",
    "Don't call me names",
    "Don't call me before nine",
    "Call me again tomorrow",
    "He said he would never stop",
  ])("is not heard in '%s'", (text) => {
    expect(isOptOut(text)).toBe(false);
  });
});
