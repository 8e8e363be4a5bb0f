// The watchers of one call. It keeps no word: what is stored is read when somebody comes, what is new is passed on. Each
// socket remembers the last turn that it was sent, so that nothing is missed or comes twice, also after a sleep.
import { DurableObject } from "cloudflare:workers";
import { type LiveMessage, type LiveWords, liveProtocol } from "@callmeback/shared/contract/live";
import type { DatabaseRpc } from "@callmeback/shared/rpc/database";
import { transcriptCipher } from "../transcript-cipher.ts";
import type { LiveTurn } from "./live-calls.ts";
import { readLive } from "./read-live.ts";

interface LiveEnv {
  DATABASE: DatabaseRpc;
  TRANSCRIPT_KEY: string;
}

/** What a socket remembers through a sleep. */
interface Watcher {
  sentSeq: number;
}

const ends = new Set(["completed", "failed", "canceled"]);

export class CallLive extends DurableObject<LiveEnv> {
  /** Turns that were stored while a socket's past was still being read. */
  readonly #arriving = new Map<WebSocket, LiveTurn[]>();

  constructor(context: DurableObjectState, env: LiveEnv) {
    super(context, env);
    context.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** `/live/<call id>?after=<seq>`; whoever comes here was allowed to. */
  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const callId = pathname.split("/").at(-1) ?? "";
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    this.#arriving.set(server, []);
    // The upgrade is answered first; the past follows.
    this.ctx.waitUntil(this.#tellPast(server, callId, Number(searchParams.get("after") ?? "0")));
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { "Sec-WebSocket-Protocol": liveProtocol },
    });
  }

  async #tellPast(socket: WebSocket, callId: string, after: number): Promise<void> {
    try {
      const { state, turns } = await this.#read(callId, after);
      const last = turns.at(-1)?.seq ?? after;
      const arrived = (this.#arriving.get(socket) ?? []).filter(({ seq }) => seq > last);
      this.#arriving.delete(socket);
      if (state !== undefined) send(socket, state);
      remember(socket, after);
      this.#tellTurns(socket, [...turns, ...arrived]);
      if (state !== undefined && ends.has(state.call.status)) socket.close(1000, "The call has ended.");
    } catch {
      this.#arriving.delete(socket);
      socket.close(1011, "The call could not be read. Come again.");
    }
  }

  /** Something of the call's state is new in the database. */
  async changed(callId: string): Promise<void> {
    const sockets = this.ctx.getWebSockets();
    if (sockets.length === 0) return;
    const { state } = await this.#read(callId, Number.MAX_SAFE_INTEGER);
    if (state === undefined) return;
    for (const socket of this.ctx.getWebSockets()) {
      send(socket, state);
      if (ends.has(state.call.status) && !this.#arriving.has(socket))
        socket.close(1000, "The call has ended.");
    }
  }

  async turned(turns: LiveTurn[]): Promise<void> {
    for (const socket of this.ctx.getWebSockets()) {
      const arriving = this.#arriving.get(socket);
      if (arriving === undefined) this.#tellTurns(socket, turns);
      else arriving.push(...turns);
    }
  }

  /** Answers whether somebody watches. */
  async words(words: LiveWords): Promise<boolean> {
    const sockets = this.ctx.getWebSockets();
    for (const socket of sockets) if (!this.#arriving.has(socket)) send(socket, words);
    return sockets.length > 0;
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#arriving.delete(socket);
  }

  #tellTurns(socket: WebSocket, turns: LiveTurn[]): void {
    const { sentSeq } = remembered(socket);
    const fresh = turns.filter(({ seq }) => seq > sentSeq).sort((a, b) => a.seq - b.seq);
    for (const turn of fresh) send(socket, turn);
    const last = fresh.at(-1);
    if (last !== undefined) remember(socket, last.seq);
  }

  #read(callId: string, after: number) {
    const seq = Math.min(after, 2_147_483_647);
    return readLive(this.env.DATABASE, transcriptCipher(this.env.TRANSCRIPT_KEY), callId, seq);
  }
}

function send(socket: WebSocket, message: LiveMessage): void {
  try {
    socket.send(JSON.stringify(message));
  } catch {
    // It closed between two messages; its owner comes back with the number of the last turn.
  }
}

const remember = (socket: WebSocket, sentSeq: number) =>
  socket.serializeAttachment({ sentSeq } satisfies Watcher);

function remembered(socket: WebSocket): Watcher {
  const kept: unknown = socket.deserializeAttachment();
  const isKept =
    typeof kept === "object" && kept !== null && "sentSeq" in kept && typeof kept.sentSeq === "number";
  return { sentSeq: isKept ? Number(kept.sentSeq) : 0 };
}
