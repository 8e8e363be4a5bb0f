// Scenarios: what a call is about, written once with {{variables}} and filled for each call. Pure.

export interface ScenarioVariable {
  name: string;
  label: string;
  required: boolean;
  example: string;
}

export interface ScenarioText {
  opening: string | null;
  instructions: string;
}

export interface ScenarioFault {
  /** A variable's name. */
  name: string;
  message: string;
}

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The names that a text asks for. */
export function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(placeholder)].map(([, name = ""]) => name))];
}

/** What is wrong with these values for this template; empty when they fill it. */
export function scenarioFaults(
  variables: readonly ScenarioVariable[],
  values: Readonly<Record<string, string>>,
): ScenarioFault[] {
  const known = new Set(variables.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  const missing = variables.filter(({ name, required }) => required && (values[name] ?? "").trim() === "");
  return [
    ...unknown.map((name) => ({ name, message: "is not a variable of this template" })),
    ...missing.map(({ name, label }) => ({ name, message: `is missing: ${label}` })),
  ];
}

/**
 * The template with its variables filled. A value is text and nothing else: braces in it are not looked at again.
 * An optional variable without a value leaves nothing behind.
 */
export function fillScenario(template: ScenarioText, values: Readonly<Record<string, string>>): ScenarioText {
  const fill = (text: string) =>
    text.replace(placeholder, (_, name: string) =>
      (Object.hasOwn(values, name) ? (values[name] ?? "") : "").trim(),
    );
  return {
    opening: template.opening === null ? null : fill(template.opening),
    instructions: fill(template.instructions),
  };
}
