import { describe, expect, it } from "vitest";
import { takesTurn } from "./back-channel.ts";

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
    expect(takesTurn(text, "And then it rained.")).toBe(false);
  });

  it.each(["No.", "Stop.", "Nein, warte.", "Espera.", "Ja, aber warum?", "違います。", "नहीं"])(
    "is taken by '%s'",
    (text) => {
      expect(takesTurn(text, "And then it rained.")).toBe(true);
    },
  );
});
