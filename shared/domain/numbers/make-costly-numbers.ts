// Makes costly-numbers.ts anew, after libphonenumber-js was renewed: `node shared/domain/numbers/make-costly-numbers.ts`.
import { writeFileSync } from "node:fs";
import type { MetadataJson } from "libphonenumber-js/core";
import whole from "libphonenumber-js/max/metadata";

/** Places in a numbering plan, as libphonenumber-js lays it out. */
const formats = 4;
const types = 11;
/** Premium rate, voicemail, universal access, pager, shared cost. */
const costlyTypes = [3, 5, 6, 7, 9];

/** A numbering plan without how its numbers are written, and without the kinds that may be dialled. */
const strip = (plan: unknown[]): unknown[] =>
  plan.map((part, index) => {
    if (index === formats) return [];
    if (index !== types || !Array.isArray(part)) return part;
    return part.map((pattern: unknown, type) => (costlyTypes.includes(type) ? pattern : 0));
  });

const stripped = (plans: object) =>
  Object.fromEntries(
    Object.entries(plans).map(([name, plan]) => [name, Array.isArray(plan) ? strip(plan) : plan]),
  );

/** The text of costly-numbers.ts. */
export function makeCostlyNumbers({ countries, nonGeographic, ...rest }: MetadataJson = whole): string {
  const metadata = { ...rest, countries: stripped(countries), nonGeographic: stripped(nonGeographic) };
  return `// Made by make-costly-numbers.ts from libphonenumber-js; not written by hand.
// biome-ignore-all format: one line a table
import type { MetadataJson } from "libphonenumber-js/core";

/** The world's numbering plans with the kinds of numbers that cost more than a call does. */
export const costlyNumbers: MetadataJson = ${JSON.stringify(metadata)};
`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(import.meta.filename.replace("make-", ""), makeCostlyNumbers());
}
