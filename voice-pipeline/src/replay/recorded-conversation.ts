/** A conversation that tells, line by line, what it is told and what it decides. It decides as any other. */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { Conversation } from "../conversation/conversation.ts";
import type { Action, ConversationEvent } from "../conversation/events.ts";
import { decisionOf, didLine, eventLine, headLine, recordable } from "./call-record.ts";

export class RecordedConversation extends Conversation {
  readonly #session: VoiceSession;
  readonly #write: (line: string, at: number) => void;
  #base: number | null = null;

  /** @param write takes a line and the time of its event; it must not fail */
  constructor(session: VoiceSession, write: (line: string, at: number) => void) {
    super(session);
    this.#session = session;
    this.#write = write;
  }

  override handle(given: ConversationEvent): Action[] {
    const base = this.#base ?? this.#begin(given.at);
    const event = recordable(given, base);
    this.#write(eventLine(event, base), event.at);
    const actions = super.handle(event);
    if (actions.length > 0) this.#write(didLine(actions.map(decisionOf)), event.at);
    return actions;
  }

  #begin(at: number): number {
    this.#base = Math.floor(at);
    this.#write(headLine(this.#session, this.#base), at);
    return this.#base;
  }
}
