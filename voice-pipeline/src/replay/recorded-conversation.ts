/** A conversation that writes down what it is told and what it decides. It decides as any other. */
import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { Conversation } from "../conversation/conversation.ts";
import type { Action, ConversationEvent } from "../conversation/events.ts";
import { log } from "../log.ts";
import { decisionOf, didLine, eventLine, headLine, recordable } from "./call-record.ts";

export class RecordedConversation extends Conversation {
  readonly #session: VoiceSession;
  readonly #file: WriteStream;
  #base: number | null = null;
  #isEnded = false;

  /** @param directory only its owner may read what is written there: it is what people said. */
  constructor(session: VoiceSession, directory: string) {
    super(session);
    this.#session = session;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#file = createWriteStream(join(directory, `${session.call_id}.jsonl`), { mode: 0o600 });
    this.#file.on("error", (error) =>
      log("call_not_recorded", { call_id: session.call_id, message: error.message }),
    );
  }

  override handle(given: ConversationEvent): Action[] {
    if (this.#isEnded) return super.handle(given);
    const base = this.#base ?? this.#begin(given.at);
    const event = recordable(given, base);
    this.#write(eventLine(event, base));
    const actions = super.handle(event);
    if (actions.length > 0) this.#write(didLine(actions.map(decisionOf)));
    this.#isEnded = actions.some(({ type }) => type === "end");
    if (this.#isEnded) this.#file.end();
    return actions;
  }

  #begin(at: number): number {
    this.#base = Math.floor(at);
    this.#write(headLine(this.#session, this.#base));
    return this.#base;
  }

  #write(line: string): void {
    if (this.#file.writable) this.#file.write(`${line}\n`);
  }
}
