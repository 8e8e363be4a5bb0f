// The watchers of one call, and what each was told. News is only a nudge: what to tell is read from the database, after the
// last turn that each socket got, one reading at a time. So it does not matter in which order news comes, or whether some is lost.
// It is read under the watcher's own token: one that was revoked meanwhile is told nothing more.

import { asFailure, type ErrorCode } from "@callmeback/shared/contract/errors";
import { type LiveMessage, type LiveWords, unauthorizedClose } from "@callmeback/shared/contract/live";
import type { callStatuses } from "@callmeback/shared/domain/call-state";
import * as z from "zod";
import type { LiveTurn } from "./live-calls.ts";

export type LiveState = Extract<LiveMessage, { type: "call" }>;

/** What is used of a WebSocket; what it remembers outlives a sleep of the object. */
export interface LiveSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): unknown;
}

export interface WatchersParts {
  sockets(): readonly LiveSocket[];
  /** What this watcher may read. Errors: those of a token that is good no more. */
  read(
    watcher: string,
    callId: string,
    after: number,
  ): Promise<{ state: LiveState | undefined; turns: LiveTurn[] }>;
}

/** `watcher` says under whose token it is; `sentState` is empty until the socket has been told its past. */
const memory = z.object({ watcher: z.string(), sentSeq: z.int(), sentState: z.string() });
const remembered = (socket: LiveSocket) =>
  memory.safeParse(socket.deserializeAttachment()).data ?? { watcher: "", sentSeq: 0, sentState: "" };

/** Errors of a token that was good when the socket came, and is no more. */
const shutOut: ReadonlySet<ErrorCode> = new Set(["TOKEN_REVOKED", "INVALID_TOKEN", "ACCOUNT_SUSPENDED"]);

const ends: ReadonlySet<(typeof callStatuses)[number]> = new Set(["completed", "failed", "canceled"]);

export class Watchers {
  readonly #parts: WatchersParts;
  #running: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | null = null;

  constructor(parts: WatchersParts) {
    this.#parts = parts;
  }

  /** Takes a socket in, which has the turns up to `after` already. */
  welcome(socket: LiveSocket, watcher: string, after: number): void {
    socket.serializeAttachment({ watcher, sentSeq: after, sentState: "" } satisfies z.infer<typeof memory>);
  }

  /** Tells every socket what it does not know yet. News that comes while a reading waits to begin shares it. */
  tell(callId: string): Promise<void> {
    if (this.#waiting !== null) return this.#waiting;
    const turn = this.#running.then(() => {
      this.#waiting = null;
      return this.#tellAll(callId);
    });
    this.#waiting = turn;
    this.#running = turn.catch(() => undefined);
    return turn;
  }

  /** Answers whether somebody watches. */
  words(words: LiveWords): boolean {
    const sockets = this.#parts.sockets();
    for (const socket of sockets) if (remembered(socket).sentState !== "") send(socket, words);
    return sockets.length > 0;
  }

  async #tellAll(callId: string): Promise<void> {
    const watching = Map.groupBy(this.#parts.sockets(), (socket) => remembered(socket).watcher);
    const told = [...watching].map(([watcher, sockets]) => this.#tellWatcher(watcher, sockets, callId));
    const failed = (await Promise.allSettled(told)).find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }

  async #tellWatcher(watcher: string, sockets: readonly LiveSocket[], callId: string): Promise<void> {
    const after = Math.min(...sockets.map((socket) => remembered(socket).sentSeq));
    try {
      const { state, turns } = await this.#parts.read(watcher, callId, after);
      for (const socket of sockets) tellOne(socket, state, turns);
    } catch (error) {
      const failure = asFailure(error);
      if (failure && shutOut.has(failure.code)) {
        for (const socket of sockets) socket.close(unauthorizedClose, failure.message);
        return;
      }
      // Whoever knows something already is told the rest with the next news.
      for (const socket of sockets)
        if (remembered(socket).sentState === "")
          socket.close(1011, "The call could not be read. Come again.");
      throw error;
    }
  }
}

function tellOne(socket: LiveSocket, state: LiveState | undefined, turns: readonly LiveTurn[]): void {
  const { watcher, sentSeq, sentState } = remembered(socket);
  if (state === undefined) {
    socket.close(1011, "There is no such call.");
    return;
  }
  const isEnd = ends.has(state.call.status);
  const stateText = JSON.stringify(state);
  const fresh = turns.filter(({ seq }) => seq > sentSeq);
  const now: z.infer<typeof memory> = {
    watcher,
    sentSeq: fresh.at(-1)?.seq ?? sentSeq,
    sentState: stateText,
  };
  socket.serializeAttachment(now);
  // The last state comes after the last turn, any other before the turns that it allows.
  if (!isEnd && stateText !== sentState) send(socket, state);
  for (const turn of fresh) send(socket, turn);
  if (!isEnd) return;
  if (stateText !== sentState) send(socket, state);
  socket.close(1000, "The call has ended.");
}

function send(socket: LiveSocket, message: LiveMessage): void {
  try {
    socket.send(JSON.stringify(message));
  } catch {
    // It closed between two messages; its owner comes back with the number of the last turn.
  }
}
