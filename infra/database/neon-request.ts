// Neon's HTTP protocol, the request side: who asks, and which statements. Pure; no socket and no database.
// Known from the driver's source (@neondatabase/serverless) and from Neon's own proxy, whose messages it keeps.
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { applicationRole, type BatchOptions, type IsolationLevel, type Statement } from "./database.ts";
import { SqlError } from "./sql-error.ts";

export interface SqlRequest {
  readonly statements: readonly (Statement & { readonly arrayMode: boolean })[];
  /** Set when the request was `{queries: […]}`. */
  readonly batch?: BatchOptions;
}

/** @throws SqlError `28P01` unless the connection string names the application's role and its password */
export function authenticate(headers: IncomingHttpHeaders, password: string): void {
  const text = headers["neon-connection-string"];
  if (typeof text !== "string" || !/^postgres(?:ql)?:\/\//.test(text) || !URL.canParse(text)) {
    throw new SqlError("The header Neon-Connection-String must be a postgresql:// address", {
      code: "28000",
    });
  }
  const url = new URL(text);
  const user = percentDecoded(url.username);
  // Both are looked at, whatever the first says, so that the time taken tells nothing.
  const rightUser = sameText(user, applicationRole);
  const rightPassword = sameText(percentDecoded(url.password), password);
  if (!rightUser || !rightPassword) {
    throw new SqlError(`password authentication failed for user '${user.slice(0, 63)}'`, {
      severity: "FATAL",
      code: "28P01",
    });
  }
}

/** @throws SqlError `08P01` for a body or header that is not the protocol's */
export function parseSqlRequest(headers: IncomingHttpHeaders, body: string): SqlRequest {
  const arrayMode = headers["neon-array-mode"] === "true";
  const payload = parseObject(body);
  if ("queries" in payload) {
    if (!Array.isArray(payload.queries)) throw malformed("queries must be an array");
    return {
      statements: payload.queries.map((query) => parseStatement(query, arrayMode)),
      batch: batchOptions(headers),
    };
  }
  return { statements: [parseStatement(payload, arrayMode)] };
}

function parseStatement(value: unknown, defaultArrayMode: boolean): Statement & { arrayMode: boolean } {
  if (!isObject(value) || typeof value.query !== "string") throw malformed("query must be a string");
  const { params = [], arrayMode = defaultArrayMode } = value;
  if (!Array.isArray(params)) throw malformed("params must be an array");
  if (typeof arrayMode !== "boolean") throw malformed("arrayMode must be a boolean");
  return { query: value.query, params: params.map(parameterText), arrayMode };
}

/** The driver has made text of arrays, dates and bytes already; numbers and booleans may still be bare. */
function parameterText(value: unknown): string | null {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw malformed("a parameter must be a string, a number, a boolean or null");
}

function batchOptions(headers: IncomingHttpHeaders): BatchOptions {
  const level = headers["neon-batch-isolation-level"];
  return {
    ...(level === undefined ? {} : { isolationLevel: parseIsolationLevel(level) }),
    readOnly: headers["neon-batch-read-only"] === "true",
    deferrable: headers["neon-batch-deferrable"] === "true",
  };
}

function parseIsolationLevel(level: string | string[]): IsolationLevel {
  switch (level) {
    case "ReadUncommitted":
    case "ReadCommitted":
    case "RepeatableRead":
    case "Serializable":
      return level;
    default:
      throw malformed("invalid isolation level");
  }
}

function parseObject(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw malformed("the body is not JSON");
  }
  if (!isObject(value)) throw malformed("the body must be an object");
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Compares in a time that depends on neither text. */
function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function malformed(message: string): SqlError {
  return new SqlError(message, { severity: "ERROR", code: "08P01" });
}
