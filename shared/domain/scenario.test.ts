import { describe, expect, it } from "vitest";
import { fillScenario, placeholdersOf, scenarioFaults } from "./scenario.ts";

const variables = [
  { name: "topic", label: "What it is about", required: true, example: "a raise" },
  { name: "tone", label: "How", required: false, example: "kind" },
];

describe("a scenario", () => {
  it("is filled with its variables, spaces around a name or not", () => {
    const filled = fillScenario(
      { opening: "About {{topic}}?", instructions: "Talk of {{ topic }} {{tone}}." },
      { topic: "a raise", tone: "kindly" },
    );
    expect(filled).toEqual({ opening: "About a raise?", instructions: "Talk of a raise kindly." });
  });

  it("leaves nothing behind for an optional variable without a value", () => {
    expect(
      fillScenario({ opening: null, instructions: "{{topic}}, {{tone}}!" }, { topic: "x" }).instructions,
    ).toBe("x, !");
  });

  it("does not look into a value", () => {
    const filled = fillScenario(
      { opening: null, instructions: "{{topic}}" },
      { topic: "{{tone}} $& $1", tone: "secret" },
    );
    expect(filled.instructions).toBe("{{tone}} $& $1");
  });

  it("does not find what every object has", () => {
    expect(fillScenario({ opening: null, instructions: "{{constructor}}|" }, {}).instructions).toBe("|");
  });

  it("names every missing and every unknown variable", () => {
    expect(scenarioFaults(variables, { tone: "x", mood: "y" })).toEqual([
      { name: "mood", message: "is not a variable of this template" },
      { name: "topic", message: "is missing: What it is about" },
    ]);
    expect(scenarioFaults(variables, { topic: "  " })).toHaveLength(1);
    expect(scenarioFaults(variables, { topic: "a raise" })).toEqual([]);
  });

  it("knows the names that a text asks for", () => {
    expect(placeholdersOf("{{a}} {{ b }} {{a}} {c} {{}}")).toEqual(["a", "b", ""]);
  });
});
