/**
 * The messages of a call as the model will read them, as bytes outside the heap: a question is a few pieces around bytes that
 * are there already. They grow for half an hour of each of some hundred calls; made into objects and JSON for each question, they
 * were nearly half of what the living heap grew by (docs/decisions/0114). A message is a line: a comma and its JSON.
 */
import type { ChatMessage } from "./events.ts";
import { messageJson } from "./message-json.ts";
import { Reading } from "./reading.ts";

/**
 * Room for all that a call may remember. It is written at once, since the system gives it page by page as it is written: a process
 * that has room for its calls when they begin has it for as long as they last.
 */
const usualBytes = 40_960;
const room = (bytes: number): Buffer => Buffer.allocUnsafeSlow(bytes).fill(0);

export class KeptMessages {
  /** What is written stays as it is, since readings share it: what changes is written anew, elsewhere. */
  #bytes = room(usualBytes);
  #length = 0;
  #count = 0;
  /** Where the caller's newest words begin; -1 where there are none. */
  #callerAt = -1;

  get count(): number {
    return this.#count;
  }

  /** The text of the newest; none is empty. */
  get newest(): string {
    return this.read(null, null).newest(1)[0]?.content ?? "";
  }

  all(): ChatMessage[] {
    return this.read(null, null).all();
  }

  /** @param before what stands before all of them, and `after`, after them */
  read(before: ChatMessage | null, after: ChatMessage | null): Reading {
    return new Reading(this.#bytes.subarray(0, this.#length), this.#count, this.#callerAt, before, after);
  }

  add(message: ChatMessage): void {
    const line = `,${messageJson(message)}\n`;
    const needed = this.#length + Buffer.byteLength(line);
    if (needed > this.#bytes.length) this.#moveTo(room(needed * 2));
    if (message.role === "user") this.#callerAt = this.#length;
    this.#length += this.#bytes.write(line, this.#length);
    this.#count += 1;
  }

  /** From now on these, instead of all that were. */
  rewrite(messages: readonly ChatMessage[]): void {
    this.#bytes = room(usualBytes);
    this.#length = 0;
    this.#count = 0;
    this.#callerAt = -1;
    for (const message of messages) this.add(message);
  }

  #moveTo(larger: Buffer): void {
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
