/**
 * Form encoding with Stripe's brackets, decoded strictly: `metadata[call_id]=x`, `expand[0]=latest_charge`,
 * `expand[]=customer`. Malformed escapes, unbalanced brackets and a name that is both a value and a hash are refused
 * instead of guessed at.
 */
import { malformed } from "./errors.ts";

export type FormValue = string | FormHash;
export interface FormHash {
  [name: string]: FormValue;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw malformed(text, "Invalid request: the body is not valid form encoding.");
  }
};

const path = (name: string): string[] => {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (!match?.[1]) throw malformed(name, `Invalid parameter name: ${name}`);
  const inner = [...(match[2] ?? "").matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] ?? "");
  return [match[1], ...inner];
};

const hash = (): FormHash => Object.create(null);

/** @throws StripeFailure 400 naming the parameter */
export const decodeForm = (text: string): FormHash => {
  const root = hash();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const cut = pair.indexOf("=");
    const name = decode(cut < 0 ? pair : pair.slice(0, cut));
    const value = decode(cut < 0 ? "" : pair.slice(cut + 1));
    let at = root;
    const keys = path(name);
    keys.forEach((raw, depth) => {
      const key = raw === "" ? String(Object.keys(at).length) : raw;
      const held = at[key];
      if (depth === keys.length - 1) {
        if (held !== undefined) throw malformed(name, `Duplicate parameter: ${name}`);
        at[key] = value;
        return;
      }
      if (typeof held === "string") throw malformed(name, `Invalid hash: ${name}`);
      const next = held ?? hash();
      at[key] = next;
      at = next;
    });
  }
  return root;
};

/** The same parameters in the same words whatever their order: what an idempotency key is compared by. */
export const fingerprint = (value: FormValue): string =>
  typeof value === "string"
    ? JSON.stringify(value)
    : `{${Object.keys(value)
        .sort()
        .map((key) => `${JSON.stringify(key)}:${fingerprint(value[key] ?? "")}`)
        .join(",")}}`;
