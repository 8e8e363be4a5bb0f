/**
 * A call's record on disk while the call goes on: lines are gathered and written in pieces, beside the event loop, so that a
 * crash costs the last second. A record that fails or grows too long is missed or cut, and never hurts the call.
 */
import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { recordName } from "../journal/ownership.ts";
import { log } from "../log.ts";
import { cutLine } from "./call-record.ts";
import { handInRecord, type RecordWorld } from "./packed-record.ts";

const everyMs = 1_000;
const pieceChars = 16 * 1024;
/** A disk that stands still costs the rest of the record, not the process's memory. */
const mostWaitingChars = 1024 * 1024;
/** Two hours of talk: a provider that never stops must not fill the disk. */
const mostChars = 16 * 1024 * 1024;
const ownerOnly = 0o600;

export class RecordFile {
  readonly #callId: string;
  readonly #world: RecordWorld;
  readonly #over = Promise.withResolvers<void>();
  readonly #saved: Promise<void>;
  #stream: WriteStream | null = null;
  #waiting = "";
  #chars = 0;
  #writtenAt = 0;
  #isFull = false;

  /** @param confirmed resolves once the call is known to be this process's: nothing of another's reaches the disk */
  constructor(callId: string, world: RecordWorld, confirmed: Promise<void>) {
    this.#callId = callId;
    this.#world = world;
    this.#saved = confirmed.then(() => this.#keep()).catch((error: unknown) => this.#failed(error));
  }

  /** @param at the time of what the line says, in milliseconds */
  write(line: string, at: number): void {
    if (this.#isFull) return;
    this.#chars += line.length;
    const stuckChars = this.#waiting.length + (this.#stream?.writableLength ?? 0);
    this.#isFull = this.#chars > mostChars || stuckChars > mostWaitingChars;
    this.#waiting += `${this.#isFull ? cutLine : line}\n`;
    if (!this.#stream?.writable) return;
    if (at - this.#writtenAt < everyMs && this.#waiting.length < pieceChars) return;
    this.#writtenAt = at;
    this.#stream.write(this.#waiting);
    this.#waiting = "";
  }

  /** The call is over. Resolves when the mesh has its record, or never wants it, or the process stops. */
  save(): Promise<void> {
    this.#over.resolve();
    return this.#saved;
  }

  async #keep(): Promise<void> {
    const { directory } = this.#world.home;
    const stream = createWriteStream(join(directory, recordName(this.#callId)), { mode: ownerOnly });
    const closed = new Promise<void>((resolve) => stream.once("close", resolve));
    stream.on("error", (error) => this.#failed(error));
    this.#stream = stream;
    await this.#over.promise;
    if (stream.writable) stream.end(this.#waiting);
    this.#isFull = true;
    await closed;
    await handInRecord(this.#world, this.#callId);
  }

  #failed(error: unknown): void {
    // What does not reach the disk is not gathered either.
    this.#isFull = true;
    this.#waiting = "";
    log("call_not_recorded", { call_id: this.#callId, message: String(error) });
  }
}
