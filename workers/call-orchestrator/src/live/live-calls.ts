// How the rest of this Worker tells watchers of a call. Whoever tells has written it down first; telling never fails the work.

import type { LiveMessage, LiveWords } from "@callmeback/shared/contract/live";
import type { JournalEntry } from "@callmeback/shared/contract/voice";

export type LiveTurn = Extract<LiveMessage, { type: "turn" }>;

export interface LiveCalls {
  /** The call's state has changed. */
  changed(callId: string): Promise<void>;
  /** Turns that are stored. */
  turned(callId: string, turns: LiveTurn[]): Promise<void>;
  /** Answers whether somebody watches. */
  words(callId: string, words: LiveWords): Promise<boolean>;
}

/** The Durable Object of a call, as the rest of this Worker sees it. */
export interface LiveNamespace {
  getByName(callId: string): {
    changed(callId: string): Promise<void>;
    turned(turns: LiveTurn[]): Promise<void>;
    words(words: LiveWords): Promise<boolean>;
    fetch(request: Request): Promise<Response>;
  };
}

/** The turns among journal entries, as watchers see them. */
export function turnsOf(entries: readonly JournalEntry[]): LiveTurn[] {
  return entries.flatMap((entry) => {
    if (entry.type !== "turn") return [];
    const { at: _, ...turn } = entry;
    return [turn];
  });
}
