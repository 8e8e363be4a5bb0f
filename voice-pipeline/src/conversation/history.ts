/**
 * What the model reads of the call: its newest part, within a budget of tokens. What is too old is forgotten in steps, so that
 * the beginning stays the same for many turns and a provider's prompt cache can keep it. Words said before a function stand
 * before it; should the caller interrupt, they are cut to what was heard, so that the model never believes to have said what
 * nobody heard.
 */
import type { ChatMessage, FunctionCall } from "./events.ts";
import { tokensIn } from "./tokens.ts";

/** About half an hour of talk. */
const budgetTokens = 6_000;
const stepTokens = 1_500;
const tokensPerMessage = 4;

const leftOut: ChatMessage = { role: "system", content: "The earlier part of this call is left out here." };
const stillAsked =
  "This was asked, and has not answered yet: the caller went on meanwhile. It may have been done. Do not ask it again unless they want it anew.";
const cutOffNote =
  "The caller interrupted you here. They heard only the words above, nothing that you meant to say after them.";

const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);

const sizeOf = (message: ChatMessage): number => {
  const calls = message.role === "assistant" ? (message.calls ?? []) : [];
  const ofCalls = calls.length > 0 ? tokensIn(JSON.stringify(calls)) : 0;
  return tokensPerMessage + tokensIn(message.content) + ofCalls;
};

export class History {
  /** What is remembered, and beside it how many tokens each is. */
  #messages: ChatMessage[] = [];
  #sizes: number[] = [];
  #forgotten = 0;
  /** Words of the utterance now being said that stand already in the history, by their number in the whole call. */
  #early: { number: number; words: number; calls: FunctionCall[] }[] = [];

  /** How many messages the whole call has, forgotten ones too. */
  get count(): number {
    return this.#forgotten + this.#messages.length;
  }

  /** The text of the newest message. */
  get newest(): string {
    return this.#messages.at(-1)?.content ?? "";
  }

  /** What the model is to answer, `next` being words of the caller that do not stand here yet. */
  read(next?: string): ChatMessage[] {
    const spoken: ChatMessage[] = next === undefined ? [] : [{ role: "user", content: next }];
    this.#forget(spoken);
    return [...(this.#forgotten > 0 ? [leftOut] : []), ...this.#messages, ...spoken];
  }

  caller(text: string): void {
    this.#put({ role: "user", content: text });
  }

  /** A word to the model that nobody hears. */
  note(text: string): void {
    this.#put({ role: "system", content: text });
  }

  /**
   * `said` is all of the utterance so far; what of it came before earlier functions is not doubled. A result is null where
   * nobody waits for it any more: see {@link answered}.
   */
  functions(said: string, results: { call: FunctionCall; result: string | null }[]): void {
    const words = wordsOf(said).slice(this.#earlyWords);
    const calls = results.map(({ call }) => call);
    this.#early.push({ number: this.count, words: words.length, calls });
    this.#put({ role: "assistant", content: words.join(" "), calls });
    for (const { call, result } of results)
      this.#put({ role: "tool", callId: call.id, content: result ?? stillAsked });
  }

  /** A function that nobody waited for any more answered after all. */
  answered(callId: string, result: string): void {
    const index = this.#messages.findLastIndex(
      (each) => each.role === "tool" && each.callId === callId && each.content === stillAsked,
    );
    if (index >= 0) this.#put({ role: "tool", callId, content: result }, this.#forgotten + index);
  }

  /** The utterance is over, and this is what was heard of it: all, a part, or nothing. */
  heard(text: string, isCutOff: boolean): void {
    const words = wordsOf(text);
    for (const { number, words: count, calls } of this.#early) {
      const content = words.splice(0, count).join(" ");
      if (number >= this.#forgotten) this.#put({ role: "assistant", content, calls }, number);
    }
    this.#early = [];
    if (words.length > 0) this.#put({ role: "assistant", content: words.join(" ") });
    if (isCutOff && text !== "") this.note(cutOffNote);
  }

  get #earlyWords(): number {
    return this.#early.reduce((sum, { words }) => sum + words, 0);
  }

  #put(message: ChatMessage, number = this.count): void {
    this.#messages[number - this.#forgotten] = message;
    this.#sizes[number - this.#forgotten] = sizeOf(message);
  }

  /** What is left begins with the caller, since a function's answer is nothing without its question; their newest words stay. */
  #forget(next: readonly ChatMessage[]): void {
    const all = [...this.#sizes, ...next.map(sizeOf)];
    const excess = all.reduce((sum, size) => sum + size, 0) - budgetTokens;
    if (excess <= 0) return;
    const tooOld = Math.ceil(excess / stepTokens) * stepTokens;
    const isCaller = ({ role }: ChatMessage) => role === "user";
    let from = 0;
    for (let left = 0; left < tooOld && from < this.#messages.length; from += 1)
      left += this.#sizes[from] ?? 0;
    const begin = this.#messages.findIndex((message, index) => index >= from && isCaller(message));
    const last = next.length > 0 ? this.#messages.length : this.#messages.findLastIndex(isCaller);
    const forgotten = Math.max(0, begin === -1 ? last : begin);
    this.#messages.splice(0, forgotten);
    this.#sizes.splice(0, forgotten);
    this.#forgotten += forgotten;
  }
}
