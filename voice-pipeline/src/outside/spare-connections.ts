/**
 * For an agent that keeps its connections: one more that stands ready where a request is to be expected, or where one had to be
 * thrown away, at most one for each server. It is opened beside everything else, and taken by the first request that would have to
 * open its own.
 */
import type { Agent, ClientRequestArgs } from "node:http";
import type { RequestOptions } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { urlToHttpOptions } from "node:url";

export class SpareConnections {
  readonly agent: Agent;
  readonly #open: Agent["createConnection"];
  readonly #spares = new Map<string, Duplex>();
  readonly #taken = new WeakSet<Duplex>();
  readonly #openedWith = new WeakMap<Duplex, ClientRequestArgs>();

  constructor(agent: Agent) {
    this.agent = agent;
    this.#open = agent.createConnection.bind(agent);
    agent.createConnection = (options, created) => {
      const connection = this.#take(options) ?? this.#open(options, created);
      if (connection) this.#openedWith.set(connection, options);
      return connection;
    };
  }

  /** Whether it stood ready, so that the server may have closed it at the very moment of its use. */
  wasSpare(connection: Duplex): boolean {
    return this.#taken.has(connection);
  }

  /** A request to this server is to come: a connection for it, unless one stands ready. */
  expect(url: URL): void {
    const host = urlToHttpOptions(url).hostname ?? "";
    const port = url.port || (url.protocol === "https:" ? 443 : 80);
    const options: RequestOptions = { host, port, servername: isIP(host) ? "" : host };
    this.#spare(options);
  }

  /** The connection is gone: another to the same server, unless one stands ready. */
  replace(gone: Duplex): void {
    const options = this.#openedWith.get(gone);
    if (options) this.#spare(options);
  }

  #spare(options: ClientRequestArgs): void {
    const name = this.agent.getName(options);
    if (this.#spares.has(name) || this.agent.freeSockets[name]?.length) return;
    const spare = this.#open(options);
    if (!spare) return;
    this.#spares.set(name, spare);
    // Nobody waits for it: should it fail, the next request opens its own and tells what is wrong.
    const forget = () => {
      if (this.#spares.get(name) === spare) this.#spares.delete(name);
    };
    spare.on("error", forget).on("close", forget).on("end", forget);
    if ("unref" in spare && typeof spare.unref === "function") spare.unref();
  }

  #take(options: ClientRequestArgs): Duplex | undefined {
    const name = this.agent.getName(options);
    const spare = this.#spares.get(name);
    this.#spares.delete(name);
    if (!spare || spare.destroyed || !spare.writable) return undefined;
    this.#taken.add(spare);
    if ("ref" in spare && typeof spare.ref === "function") spare.ref();
    return spare;
  }
}
