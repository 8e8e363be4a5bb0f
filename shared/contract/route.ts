// What a route is: one declaration from which the router, validation, rate limits, the OpenAPI document,
// client types and a generated test are made. No handler code lives here.
import type * as z from "zod";
import type { ErrorCode } from "./errors.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/**
 * Who may call:
 * - `none` anybody; `optional` anybody, a valid token is honoured; `user` a person's token; `admin` an operator's;
 * - `twilio` a request signed by Twilio; `stripe` a request signed by Stripe; `voice-node` a voice pipeline's bearer key.
 */
export type Caller = "none" | "optional" | "user" | "admin" | "twilio" | "stripe" | "voice-node";

/** Requests per window. `anonymous` applies to callers without a token; without `per`, signed-in callers count per user. */
export interface RateLimit {
  limit: number;
  window: "minute" | "hour";
  per: "user" | "ip";
  anonymous?: number;
}

/** How the request body arrives; `text` is a raw body whose bytes are signed, `bytes` is no text at all. */
export type BodyFormat = "json" | "form" | "text" | "bytes";

export interface Route {
  method: Method;
  /** Path with `:name` parameters, all declared in `params`. */
  path: `/${string}`;
  summary: string;
  tag: string;
  caller: Caller;
  /** `null` where there is no limit (webhooks, health). */
  rateLimit: RateLimit | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  bodyFormat?: BodyFormat;
  /**
   * `private`: the answer carries an ETag, and a client that has it already gets 304.
   * `public`: besides, what anonymous callers see is kept at the edge for five minutes, or until it changes.
   */
  cache?: "private" | "public";
  /** A WebSocket; `success.schema` is what it says. A token may come as the subprotocol `bearer.<token>`. */
  upgrade?: true;
  /** Status and shape of the good answer. */
  success: {
    status: 101 | 200 | 201;
    schema: z.ZodType;
    /**
     * Sound and lines (`application/x-ndjson`) are streamed; a part of a sound is answered with 206 to whoever asks by `Range`.
     */
    contentType?: "application/json" | "text/xml" | "audio/wav" | "application/x-ndjson";
  };
  /** Answered also while the database is away. */
  needsNoDatabase?: true;
  /** Codes beyond those that every route of this caller kind can answer with. */
  errors: readonly ErrorCode[];
  /** A body that works, run by the tests and shown in the docs. */
  example?: { params?: Record<string, string>; query?: Record<string, string>; body?: unknown };
}

/** Keeps the literal types of a declaration while checking its form. */
export function route<const R extends Route>(declaration: R): R {
  return declaration;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler receives after validation. */
export interface RouteInput<R extends Route> {
  params: Parsed<R["params"]>;
  query: Parsed<R["query"]>;
  body: Parsed<R["body"]>;
}

/** What a handler must return. */
export type RouteOutput<R extends Route> = z.input<R["success"]["schema"]>;
