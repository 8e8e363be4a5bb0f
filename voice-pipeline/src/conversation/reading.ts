/** What the model reads of a call, oldest first, as it stood at one moment: what is said later does not change it. */
import type { ChatMessage } from "./events.ts";
import { messageJson, messageOf } from "./message-json.ts";

const lineOf = (message: ChatMessage | null): string => (message ? `,${messageJson(message)}\n` : "");
const messagesIn = (lines: string): ChatMessage[] =>
  lines
    .split("\n")
    .slice(0, -1)
    .map((line) => messageOf(line.slice(1)));

/** JSON of messages, each behind a comma. */
export type MessagesJson = readonly (string | Buffer)[];

export class Reading {
  readonly count: number;
  readonly #before: string;
  readonly #kept: Buffer;
  readonly #after: string;
  readonly #callerAt: number;

  /** @param kept lines of a comma and a message's JSON; `callerAt` is where the newest of the caller's begins there, or -1 */
  constructor(
    kept: Buffer,
    count: number,
    callerAt: number,
    before: ChatMessage | null,
    after: ChatMessage | null,
  ) {
    this.#kept = kept;
    this.count = count + Number(before !== null) + Number(after !== null);
    this.#before = lineOf(before);
    this.#after = lineOf(after);
    this.#callerAt = after?.role === "user" || callerAt === -1 ? kept.length : callerAt;
  }

  all(): ChatMessage[] {
    return messagesIn(this.#before + this.#kept + this.#after);
  }

  /** No more than so many. */
  newest(most: number): ChatMessage[] {
    let from = this.#kept.length;
    for (let lines = 0; lines < most && from > 0; lines += 1)
      from = this.#kept.lastIndexOf("\n", from - 2) + 1;
    const kept = this.#kept.toString("utf8", from);
    return messagesIn(this.#before + kept + this.#after).slice(-most);
  }

  /** What stands before the caller's newest words. */
  get beforeCaller(): MessagesJson {
    return [this.#before, this.#kept.subarray(0, this.#callerAt)];
  }

  /** The caller's newest words, and what came after them. */
  get fromCaller(): MessagesJson {
    return [this.#kept.subarray(this.#callerAt), this.#after];
  }
}
