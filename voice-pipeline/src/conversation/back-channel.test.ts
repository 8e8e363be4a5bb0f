import { describe, expect, it } from "vitest";
import { isHello, takesTurn } from "./back-channel.ts";

describe("the turn", () => {
  it.each([
    "Mhm, yeah.",
    "Ja, genau!",
    "Ach so.",
    "Sí, claro.",
    "Oui, d’accord.",
    "Угу, да.",
    "はい。",
    "हाँ, जी",
    "嗯，对。",
  ])("stays with the persona at '%s'", (text) => {
    expect(takesTurn(text)).toBe(false);
  });

  it.each(["No.", "Stop.", "Nein, warte.", "Espera.", "Ja, aber warum?", "違います。", "नहीं"])(
    "is taken by '%s'",
    (text) => {
      expect(takesTurn(text)).toBe(true);
    },
  );
});

describe("a hello", () => {
  it.each([
    "Hello?",
    "Hi there!",
    "Yes, hello?",
    "Hello, this is Sam Miller.",
    "Sam speaking.",
    "Hallo, hier ist Ada.",
  ])("is heard in '%s'", (text) => expect(isHello(text)).toBe(true));

  it.each([
    "Yes.",
    "Hello, who is this?",
    "Hi, what do you want?",
    "This is a bad time for me.",
    "Speaking of which, no.",
  ])("is not all of '%s'", (text) => expect(isHello(text)).toBe(false));
});
