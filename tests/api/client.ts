// Asks a running house by the names of the contract. Every answer is held against the contract, whatever the test is about:
// a good one against the route's schema, a bad one against the errors that the route declares.
import { type IncomingMessage, request } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { type Contract, contract, type RouteName } from "@callmeback/shared/contract";
import { error as errorBody } from "@callmeback/shared/contract/fields";
import { bodyTypes, errorsOf } from "@callmeback/shared/contract/openapi";
import type { Route } from "@callmeback/shared/contract/route";
import { expect } from "vitest";
import type * as z from "zod";
import { note } from "./coverage.ts";

export interface Call {
  params?: Record<string, string>;
  /** With its question mark. */
  query?: string;
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  rawBody?: string | Buffer<ArrayBuffer>;
  token?: string;
  headers?: Record<string, string>;
  /** Asks for a WebSocket, which is to be refused: no client of WebSockets shows such an answer. */
  isSocket?: boolean;
}

export interface Answer {
  status: number;
  /** An error's code; null for a good answer. */
  error: string | null;
  body: unknown;
  headers: Headers;
}

type Good<N extends RouteName> = z.output<Contract[N]["success"]["schema"]>;

export function routeOf(name: RouteName): Route {
  return contract[name];
}

/** The names of all routes whose declaration says so. */
export function routesWhere(condition: (route: Route, name: RouteName) => boolean): RouteName[] {
  return (Object.keys(contract) as RouteName[]).filter((name) => condition(routeOf(name), name));
}

/** A route's path with its parameters and query. */
export const addressOf = (name: RouteName, call: Call): string =>
  routeOf(name).path.replace(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(call.params?.[key] ?? crypto.randomUUID()),
  ) + (call.query ?? "");

/** Holds an answer against the contract. */
function judge(name: RouteName, status: number, text: string, headers: Headers): Answer {
  const route = routeOf(name);
  if (status === route.success.status) {
    const { contentType = "application/json" } = route.success;
    const answered: unknown = contentType === "application/json" ? JSON.parse(text) : text;
    const { error } = route.success.schema.safeParse(answered);
    expect(error?.issues, `${name} answered ${text.slice(0, 2000)}`).toBeUndefined();
    note(name, "ok");
    return { status, error: null, body: answered, headers };
  }
  const refusal = errorBody.parse(JSON.parse(text));
  expect(errorsOf(route), `${name} answered ${status} ${text.slice(0, 500)}`).toContain(refusal.error);
  expect(headers.get("X-Request-Id")).toBe(refusal.request_id);
  note(name, refusal.error);
  return { status, error: refusal.error, body: refusal, headers };
}

export class ApiClient {
  readonly #gatewayUrl: string;

  constructor(gatewayUrl: string) {
    this.#gatewayUrl = gatewayUrl;
  }

  /** Asks once; fails the test when the answer is not one that the contract knows. */
  async ask(name: RouteName, call: Call = {}): Promise<Answer> {
    if (call.isSocket) return this.#askSocket(name, call);
    const route = routeOf(name);
    const body = call.rawBody ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const type = bodyTypes[route.bodyFormat ?? "json"];
    const response = await fetch(`${this.#gatewayUrl}${addressOf(name, call)}`, {
      method: route.method,
      redirect: "manual",
      headers: {
        ...(body === undefined ? {} : { "Content-Type": type }),
        ...(call.token === undefined ? {} : { Authorization: `Bearer ${call.token}` }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return judge(name, response.status, await response.text(), response.headers);
  }

  async #askSocket(name: RouteName, call: Call): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...(call.token === undefined ? {} : { Authorization: `Bearer ${call.token}` }),
    };
    request(`${this.#gatewayUrl}${addressOf(name, call)}`, { headers })
      .on("response", resolve)
      .on("upgrade", (_, socket) => {
        socket.destroy();
        reject(new Error(`${name} took the socket.`));
      })
      .on("error", reject)
      .end();
    const response = await promise;
    const known = Object.entries(response.headersDistinct).map(([key, values]): [string, string] => [
      key,
      values?.join(", ") ?? "",
    ]);
    return judge(name, response.statusCode ?? 0, await textOf(response), new Headers(known));
  }

  /** Asks and wants a good answer. */
  async good<N extends RouteName>(name: N, call: Call = {}): Promise<Good<N>> {
    const { status, error, body } = await this.ask(name, call);
    expect({ name, status, body }).toMatchObject({ name, status: routeOf(name).success.status });
    expect(error).toBeNull();
    return contract[name].success.schema.parse(body) as Good<N>;
  }

  /** Asks and wants this error. */
  async refused(name: RouteName, call: Call, code: string) {
    const { status, error, body } = await this.ask(name, call);
    expect(error, `${name} answered ${status}`).not.toBeNull();
    const parsed = errorBody.parse(body);
    expect({ name, status, error: parsed.error, message: parsed.message }).toMatchObject({
      name,
      error: code,
    });
    return { status, parsed };
  }
}
