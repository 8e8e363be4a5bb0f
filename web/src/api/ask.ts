// The one way to the API: typed by the contract, with every failure as an ApiError that has words for a person.
import type { Contract } from "@callmeback/shared/contract";
import type { ErrorCode } from "@callmeback/shared/contract/errors";
import type * as z from "zod";
import { appConfig } from "../config.ts";
import { m } from "../messages.ts";
import { readToken } from "../session/token.ts";
import { routes, type UsedRoute } from "./routes.ts";

type Sent<R, K extends string> = R extends Record<K, infer S extends z.ZodType> ? S : never;
type With<S, K extends string, V> = [S] extends [never] ? object : Record<K, V>;

export type BodyOf<N extends UsedRoute> = z.input<Sent<Contract[N], "body">>;
export type AnswerOf<N extends UsedRoute> = z.output<Contract[N]["success"]["schema"]>;
export type InputOf<N extends UsedRoute> = With<Sent<Contract[N], "body">, "body", BodyOf<N>> &
  With<Sent<Contract[N], "params">, "params", Record<string, string>> & {
    query?: Record<string, string | number | undefined>;
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
const listeners = new Set<Listener>();
/** Hears of each token that the API no longer takes. */
export function onTokenRefused(listener: Listener): void {
  listeners.add(listener);
}

const patienceMs = 20_000;
const deadTokens: readonly FaultCode[] = [
  "INVALID_TOKEN",
  "TOKEN_REVOKED",
  "ACCOUNT_SUSPENDED",
  "UNAUTHORIZED",
];

/** @throws ApiError */
export async function ask<N extends UsedRoute>(name: N, input: InputOf<N>): Promise<AnswerOf<N>> {
  const [method, path] = routes[name];
  const { params = {}, query = {}, body, signal }: Loose = input;
  const url = new URL(
    path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? "")),
    appConfig().apiUrl,
  );
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") url.searchParams.set(key, String(value));
  const token = readToken();
  const limit = AbortSignal.timeout(patienceMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: {
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
  const isInUse = token !== null && token === readToken();
  if (isInUse && deadTokens.includes(error.code)) for (const tell of listeners) tell(error);
  throw error;
}

interface Loose {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
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
