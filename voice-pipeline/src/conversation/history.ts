/**
 * What the model reads of the call. Words said before a function stand before it; should the caller interrupt, they are
 * cut to what was heard, so that the model never believes to have said what nobody heard.
 */
import type { ChatMessage, FunctionCall } from "./events.ts";

const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const cutOffNote =
  "The caller interrupted you here. They heard only the words above, nothing that you meant to say after them.";

export class History {
  #messages: ChatMessage[] = [];
  /** Words of the utterance now being said that stand already in the history, by their place there. */
  #early: { index: number; words: number; calls: FunctionCall[] }[] = [];

  get messages(): ChatMessage[] {
    return [...this.#messages];
  }

  caller(text: string): void {
    this.#messages.push({ role: "user", content: text });
  }

  /** A word to the model that nobody hears. */
  note(text: string): void {
    this.#messages.push({ role: "system", content: text });
  }

  /** `said` is all of the utterance so far; what of it came before earlier functions is not doubled. */
  functions(said: string, results: { call: FunctionCall; result: string }[]): void {
    const words = wordsOf(said).slice(this.#earlyWords);
    const calls = results.map(({ call }) => call);
    this.#early.push({ index: this.#messages.length, words: words.length, calls });
    this.#messages.push({ role: "assistant", content: words.join(" "), calls });
    for (const { call, result } of results)
      this.#messages.push({ role: "tool", callId: call.id, content: result });
  }

  /** The utterance is over, and this is what was heard of it: all, a part, or nothing. */
  heard(text: string, isCutOff: boolean): void {
    const words = wordsOf(text);
    for (const { index, words: count, calls } of this.#early)
      this.#messages[index] = { role: "assistant", content: words.splice(0, count).join(" "), calls };
    this.#early = [];
    if (words.length > 0) this.#messages.push({ role: "assistant", content: words.join(" ") });
    if (isCutOff && text !== "") this.#messages.push({ role: "system", content: cutOffNote });
  }

  get #earlyWords(): number {
    return this.#early.reduce((sum, { words }) => sum + words, 0);
  }
}
