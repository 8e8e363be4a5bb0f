// How the rest of this Worker tells watchers of a call. Whoever tells has written it down first; telling never fails the work.

import type { LiveMessage, LiveWords } from "@callmeback/shared/contract/live";

export type LiveTurn = Extract<LiveMessage, { type: "turn" }>;

export interface LiveCalls {
  /** Something of the call, its state or a turn, is new in the database. */
  changed(callId: string): Promise<void>;
  /** Answers whether somebody watches. */
  words(callId: string, words: LiveWords): Promise<boolean>;
}

/** The Durable Object of a call, as the rest of this Worker sees it. */
export interface LiveNamespace {
  getByName(callId: string): {
    changed(callId: string): Promise<void>;
    words(words: LiveWords): Promise<boolean>;
    fetch(request: Request): Promise<Response>;
  };
}
