/**
 * The messages of a call as bytes outside the heap. They grow for half an hour of each of some hundred calls; as strings and
 * objects they took twice the room, and V8 keeps half as much again free beside whatever lives in its heap. A message is a line: the
 * letter of its role, and its words. What has more to it, or a line's end in its words, is JSON.
 */
import type { ChatMessage } from "./events.ts";

/** Room for all that a call may remember; the system gives it page by page, as it is written. */
const usualBytes = 32_768;

const letters = { system: "s", user: "u", assistant: "a" } as const;
const roles = new Map(
  Object.entries(letters).map(([role, letter]) => [letter, role as keyof typeof letters]),
);

const lineOf = (message: ChatMessage): string => {
  const hasMore = message.role === "tool" || (message.role === "assistant" && message.calls !== undefined);
  if (hasMore || message.content.includes("\n")) return `${JSON.stringify(message)}\n`;
  return `${letters[message.role]}${message.content}\n`;
};

const messageOf = (line: string): ChatMessage => {
  const role = roles.get(line[0] as "s" | "u" | "a");
  return role ? { role, content: line.slice(1) } : (JSON.parse(line) as ChatMessage);
};

export class KeptMessages {
  #bytes = Buffer.allocUnsafeSlow(usualBytes);
  #length = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The text of the newest; none is empty. */
  get newest(): string {
    if (this.#count === 0) return "";
    const from = this.#bytes.lastIndexOf("\n", this.#length - 2) + 1;
    return messageOf(this.#bytes.toString("utf8", from, this.#length - 1)).content;
  }

  all(): ChatMessage[] {
    const lines = this.#bytes.toString("utf8", 0, this.#length).split("\n");
    return lines.slice(0, -1).map(messageOf);
  }

  add(message: ChatMessage): void {
    const line = lineOf(message);
    const needed = this.#length + Buffer.byteLength(line);
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(needed * 2);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#length += this.#bytes.write(line, this.#length);
    this.#count += 1;
  }

  /** From now on these, instead of all that were. */
  rewrite(messages: readonly ChatMessage[]): void {
    this.#length = 0;
    this.#count = 0;
    for (const message of messages) this.add(message);
  }
}
