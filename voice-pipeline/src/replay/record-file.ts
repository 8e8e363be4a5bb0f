/**
 * A call's record on disk while the call goes on: lines are gathered and written a second's at a time, so that a crash costs the
 * last second. At once, as the journal's are: to hand some kilobytes to another thread costs a core ten times what writing them
 * does. A record that fails or grows too long is missed or cut, and never hurts the call.
 */
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { recordName } from "../journal/ownership.ts";
import { log } from "../log.ts";
import { cutLine } from "./call-record.ts";
import { handInRecord, type RecordWorld } from "./packed-record.ts";

const everyMs = 1_000;
const gatheredBytes = 8 * 1024;
/** A mesh that does not say whose call it is costs the rest of the record, not the process's memory. */
const mostEarlyChars = 1024 * 1024;
/** Two hours of talk: a provider that never stops must not fill the disk. */
const mostChars = 16 * 1024 * 1024;
const ownerOnly = 0o600;
const newline = 0x0a;

export class RecordFile {
  readonly #callId: string;
  readonly #world: RecordWorld;
  readonly #over = Promise.withResolvers<void>();
  readonly #saved: Promise<void>;
  #file: number | null = null;
  /** Lines from before the file. */
  #early = "";
  /** As bytes: strings that wait for a second each outlive the collector's nursery. */
  readonly #gathered = Buffer.allocUnsafeSlow(gatheredBytes);
  #bytes = 0;
  #chars = 0;
  #writtenAt = 0;
  #isFull = false;
  /** Bytes that the disk took as whole lines. */
  #whole = 0;
  /** It did not take all: what is behind the whole lines is half a line. */
  #isBroken = false;

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
    this.#isFull = this.#chars > mostChars || this.#early.length > mostEarlyChars;
    const text = this.#isFull ? cutLine : line;
    if (this.#file === null) this.#early += `${text}\n`;
    else this.#gather(text, at);
  }

  /** The call is over. Resolves when the mesh has its record, or never wants it, or the process stops. */
  save(): Promise<void> {
    this.#over.resolve();
    return this.#saved;
  }

  async #keep(): Promise<void> {
    const file = openSync(join(this.#world.home.directory, recordName(this.#callId)), "w", ownerOnly);
    this.#file = file;
    this.#toFile(this.#early);
    this.#early = "";
    await this.#over.promise;
    this.#flush();
    if (this.#isBroken) this.#endCut(file);
    this.#isFull = true;
    this.#file = null;
    closeSync(file);
    await handInRecord(this.#world, this.#callId);
  }

  #gather(text: string, at: number): void {
    // No character has more than three bytes for each of its units.
    const mostBytes = text.length * 3 + 1;
    if (mostBytes > gatheredBytes - this.#bytes) this.#flush();
    if (mostBytes > gatheredBytes) this.#toFile(`${text}\n`);
    else {
      this.#bytes += this.#gathered.write(text, this.#bytes);
      this.#bytes = this.#gathered.writeUInt8(newline, this.#bytes);
    }
    if (at - this.#writtenAt < everyMs) return;
    this.#writtenAt = at;
    this.#flush();
  }

  #flush(): void {
    this.#toFile(this.#gathered.subarray(0, this.#bytes));
    this.#bytes = 0;
  }

  #toFile(content: string | Buffer): void {
    if (this.#file === null || this.#isBroken || content.length === 0) return;
    try {
      writeFileSync(this.#file, content);
      this.#whole += Buffer.byteLength(content);
    } catch (error) {
      this.#isBroken = true;
      this.#failed(error);
    }
  }

  /** Half a line goes, and where the disk has room for it, it says that there was more. */
  #endCut(file: number): void {
    ftruncateSync(file, this.#whole);
    const ending = `${cutLine}\n`;
    let written = 0;
    try {
      written = writeSync(file, ending, this.#whole);
    } catch (error) {
      this.#failed(error);
    }
    if (written < ending.length) ftruncateSync(file, this.#whole);
  }

  #failed(error: unknown): void {
    // What does not reach the disk is not gathered either.
    this.#isFull = true;
    log("call_not_recorded", { call_id: this.#callId, message: String(error) });
  }
}
