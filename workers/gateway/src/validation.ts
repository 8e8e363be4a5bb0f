// Holds a request against its declaration and names every fault at once, not only the first.
import { fail } from "@callmeback/shared/contract/errors";
import type { Route, RouteInput } from "@callmeback/shared/contract/route";
import type * as z from "zod";

export interface FieldFault {
  /** Names and indexes joined by dots; empty for the whole. */
  path: string;
  message: string;
}

const pathOf = (path: PropertyKey[]) => path.map(String).join(".");

/** The faults of one issue; each unknown field is a fault of its own. */
function faultsOf(issue: z.core.$ZodIssue): FieldFault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: "is not a known field" }));
  }
  if (issue.code === "invalid_type" && issue.path.length === 0) {
    return [{ path: "", message: "must be a JSON object" }];
  }
  return [{ path: pathOf(issue.path), message: issue.message }];
}

function refuse(fields: FieldFault[]): never {
  const [first] = fields;
  const where = first?.path ? `${first.path} ` : "The body ";
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : "";
  return fail("VALIDATION_ERROR", `${where}${first?.message ?? "is not valid"}${more}.`, {
    details: { fields },
  });
}

/** Names with their values; a name that comes twice has a list, which no single field accepts. */
function collect(pairs: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(pairs.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = pairs.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

function requireMediaType(request: Request, body: string | Uint8Array, accepted: RegExp, name: string): void {
  const type = request.headers.get("Content-Type");
  if (type === null && body.length === 0) return;
  if (type === null || !accepted.test(type)) fail("UNSUPPORTED_MEDIA_TYPE", `The body must be ${name}.`);
}

function decodeBody(route: Route, request: Request, body: string | Uint8Array): unknown {
  if (typeof body !== "string") {
    requireMediaType(request, body, /^application\/octet-stream\b/i, "bytes (application/octet-stream)");
    return body;
  }
  return decodeText(route, request, body);
}

function decodeText(route: Route, request: Request, text: string): unknown {
  switch (route.bodyFormat ?? "json") {
    case "bytes":
    case "text":
      return text;
    case "form":
      requireMediaType(request, text, /^application\/x-www-form-urlencoded\b/i, "a form");
      return collect(new URLSearchParams(text));
    case "json":
      requireMediaType(request, text, /^application\/([\w.-]+\+)?json\s*(;|$)/i, "JSON (application/json)");
      if (text === "") return undefined;
      try {
        return JSON.parse(text);
      } catch {
        return refuse([{ path: "", message: "is not valid JSON" }]);
      }
  }
}

/** The validated input of a route. Errors: `VALIDATION_ERROR` with `details.fields`, `UNSUPPORTED_MEDIA_TYPE`. */
export function parseInput<R extends Route>(
  route: R,
  request: Request,
  params: Record<string, string>,
  body: string | Uint8Array,
): RouteInput<R> {
  const declared: Route = route;
  const raw = {
    params: { ...params },
    query: collect(new URL(request.url).searchParams),
    body: declared.body === undefined ? undefined : decodeBody(declared, request, body),
  };
  const results = {
    params: declared.params?.safeParse(raw.params),
    query: declared.query?.safeParse(raw.query),
    body: declared.body?.safeParse(raw.body),
  };
  const faults = Object.values(results).flatMap((result) => result?.error?.issues.flatMap(faultsOf) ?? []);
  if (faults.length > 0) refuse(faults);
  // The parsed boundary: each part has just been parsed by the schema that its type comes from.
  return {
    params: results.params?.data,
    query: results.query?.data,
    body: results.body?.data,
  } as RouteInput<R>;
}
