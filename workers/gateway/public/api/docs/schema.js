// A JSON Schema in words: one row a field, nested ones by their path.
import { el } from "./element.js";

const deepest = 6;

/** The fields of an object's schema, or the schema itself in one line when it is no object. */
export function schemaTable(schema) {
  const rows = fieldsOf(schema, "", 0);
  if (rows.length === 0) return el("p", { class: "quiet" }, [inWords(schema) || "No fields."]);
  return el("table", {}, [
    el(
      "tbody",
      {},
      rows.map(({ path, isRequired, words }) =>
        el("tr", {}, [
          el("th", { scope: "row" }, [
            el("code", {}, [path]),
            isRequired ? "" : el("small", {}, [" optional"]),
          ]),
          el("td", {}, [words]),
        ]),
      ),
    ),
  ]);
}

function fieldsOf(schema, prefix, depth) {
  if (depth > deepest) return [];
  if (schema.type === "array") return fieldsOf(schema.items ?? {}, `${prefix}[]`, depth + 1);
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const shown = field.anyOf?.find((each) => each.type !== "null") ?? field;
    return [
      { path, isRequired: required.has(name), words: inWords(field) },
      ...fieldsOf(shown, path, depth + 1),
    ];
  });
}

/** What a value must be, such as "string, 3 to 50 characters". */
function inWords(schema) {
  if (schema.anyOf) return schema.anyOf.map(inWords).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  return [
    schema.format ?? schema.type ?? "any value",
    range(schema.minLength, schema.maxLength, "characters"),
    range(schema.minimum, schema.maximum, ""),
    range(schema.minItems, schema.maxItems, "items"),
    schema.default === undefined ? "" : `default ${JSON.stringify(schema.default)}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function range(least, most, unit) {
  // JavaScript's own safe range says nothing about the field.
  const low = least === undefined || least === Number.MIN_SAFE_INTEGER ? "" : `${least}`;
  const high = most === undefined || most === Number.MAX_SAFE_INTEGER ? "" : `${most}`;
  if (low === "" && high === "") return "";
  if (high === "") return `at least ${low} ${unit}`.trim();
  if (low === "") return `at most ${high} ${unit}`.trim();
  return `${low} to ${high} ${unit}`.trim();
}
