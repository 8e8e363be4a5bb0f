// The Durable Object of a watched call: its sockets, which sleep when nothing happens. It keeps no word (see watchers.ts).
import { DurableObject } from "cloudflare:workers";
import { type LiveWords, liveProtocol } from "@callmeback/shared/contract/live";
import { logFault } from "@callmeback/shared/domain/log";
import { userActor, watcherHeader } from "@callmeback/shared/rpc/context";
import type { DatabaseRpc } from "@callmeback/shared/rpc/database";
import { transcriptCipher } from "../transcript-cipher.ts";
import { readLive } from "./read-live.ts";
import { Watchers } from "./watchers.ts";

interface LiveEnv {
  DATABASE: DatabaseRpc;
  TRANSCRIPT_KEY: string;
}

export class CallLive extends DurableObject<LiveEnv> {
  readonly #watchers: Watchers;

  constructor(context: DurableObjectState, env: LiveEnv) {
    super(context, env);
    context.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    this.#watchers = new Watchers({
      sockets: () => context.getWebSockets(),
      read: (watcher, callId, after) =>
        readLive(
          env.DATABASE,
          transcriptCipher(env.TRANSCRIPT_KEY),
          userActor.parse(JSON.parse(watcher)),
          callId,
          after,
        ),
    });
  }

  /** `/live/<call id>?after=<seq>`; whoever comes here was allowed to, and says who it is in `watcherHeader`. */
  override async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const callId = pathname.split("/").at(-1) ?? "";
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    const watcher = request.headers.get(watcherHeader) ?? "";
    this.#watchers.welcome(server, watcher, Number(searchParams.get("after") ?? "0"));
    // The upgrade is answered first; the past follows.
    this.ctx.waitUntil(
      this.#watchers
        .tell(callId)
        .catch((error: unknown) =>
          logFault({ worker: "call-orchestrator", event: "a watcher was not told the past", callId }, error),
        ),
    );
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { "Sec-WebSocket-Protocol": liveProtocol },
    });
  }

  /** Something of the call, its state or a turn, is new in the database. */
  changed(callId: string): Promise<void> {
    return this.#watchers.tell(callId);
  }

  /** Answers whether somebody watches. */
  async words(words: LiveWords): Promise<boolean> {
    return this.#watchers.words(words);
  }
}
