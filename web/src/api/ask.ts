// The one way to the API: typed by the contract, with every failure as an ApiError that has words for a person.
import type { Contract, RouteName } from "@callmeback/shared/contract";
import type { ErrorCode } from "@callmeback/shared/contract/errors";
import type * as z from "zod";
import { appConfig } from "../config.ts";
import { m } from "../messages.ts";
import { readToken, type Whose } from "../session/token.ts";
import { routes, type UsedRoute } from "./routes.ts";

type Sent<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? S : never;
type With<S, K extends string, V> = [S] extends [never] ? object : Record<K, V>;

export type BodyOf<N extends RouteName> = z.input<Sent<Contract[N], "body">>;
export type AnswerOf<N extends RouteName> = z.output<Contract[N]["success"]["schema"]>;
export type InputOf<N extends RouteName> = With<Sent<Contract[N], "body">, "body", BodyOf<N>> &
  With<Sent<Contract[N], "params">, "params", Record<string, string>> & {
    query?: Record<string, string | number | undefined>;
    headers?: Record<string, string>;
    signal?: AbortSignal;
  };

export interface FieldFault {
  path: string;
  message: string;
}

/** `OFFLINE`: nobody answered at all. */
export type FaultCode = ErrorCode | "OFFLINE";

export class ApiError extends Error {
  readonly code: FaultCode;
  readonly retryAfterSeconds: number | undefined;
  readonly fields: readonly FieldFault[];

  constructor(
    code: FaultCode,
    message: string,
    retryAfterSeconds?: number,
    fields: readonly FieldFault[] = [],
  ) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.fields = fields;
  }
}

type Listener = (error: ApiError) => void;
const listeners: Record<Whose, Set<Listener>> = { person: new Set(), operator: new Set() };
/** Hears of each token that the API no longer takes. */
export function onTokenRefused(listener: Listener, whose: Whose = "person"): void {
  listeners[whose].add(listener);
}

const patienceMs = 20_000;
const deadTokens: readonly FaultCode[] = [
  "INVALID_TOKEN",
  "TOKEN_REVOKED",
  "ACCOUNT_SUSPENDED",
  "UNAUTHORIZED",
];

/** @throws ApiError */
export function ask<N extends UsedRoute>(name: N, input: InputOf<N>): Promise<AnswerOf<N>> {
  return send("person", routes[name], input);
}

/** With this token, whatever it is asked for. @throws ApiError */
export async function send<Answer>(
  whose: Whose,
  [method, path]: readonly [string, string],
  { params = {}, query = {}, body, headers = {}, signal }: Sendable,
): Promise<Answer> {
  const url = new URL(
    path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? "")),
    appConfig().apiUrl,
  );
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") url.searchParams.set(key, String(value));
  const token = readToken(whose);
  const limit = AbortSignal.timeout(patienceMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: {
        ...headers,
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    text = await response.text();
  } catch {
    throw new ApiError("OFFLINE", m.errors.offline);
  }
  if (response.ok) return JSON.parse(text);
  const error = readError(text);
  // A late answer to a token that is not in use any more says nothing about the one that is.
  const isInUse = token !== null && token === readToken(whose);
  if (isInUse && deadTokens.includes(error.code)) for (const tell of listeners[whose]) tell(error);
  throw error;
}

export interface Sendable {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

function readError(text: string): ApiError {
  try {
    const { error, message, retry_after, details } = JSON.parse(text);
    return new ApiError(error, message, retry_after, details?.fields ?? []);
  } catch {
    return new ApiError("SERVER_ERROR", m.errors.unreadable);
  }
}

/** What to say to a person about anything thrown. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof ApiError)) return m.errors.unknown;
  const [fault] = error.fields;
  if (error.code === "VALIDATION_ERROR" && fault !== undefined) return `${fault.path} ${fault.message}`;
  return error.message;
}
