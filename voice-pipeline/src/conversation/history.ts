/**
 * What the model reads of the call: its newest part, within a budget of tokens. What is too old is forgotten in steps, so that
 * the beginning stays the same for many turns and a provider's prompt cache can keep it. Words said before a function stand
 * before it; should the caller interrupt, they are cut to what was heard, so that the model never believes to have said what
 * nobody heard.
 */
import type { ChatMessage, FunctionCall } from "./events.ts";
import { KeptMessages } from "./kept-messages.ts";
import { readableCall } from "./message-json.ts";
import type { Reading } from "./reading.ts";
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
const sumOf = (messages: readonly ChatMessage[]): number =>
  messages.reduce((sum, message) => sum + sizeOf(message), 0);

export class History {
  readonly #kept = new KeptMessages();
  /** Of all that is kept. */
  #tokens = 0;
  #forgotten = 0;
  /** Words of the utterance now being said that stand already in the history, by their number in the whole call. */
  #early: { number: number; words: number; message: ChatMessage & { role: "assistant" } }[] = [];

  /** How many messages the whole call has, forgotten ones too. */
  get count(): number {
    return this.#forgotten + this.#kept.count;
  }

  /** The text of the newest message. */
  get newest(): string {
    return this.#kept.newest;
  }

  /** What the model is to answer, `next` being words of the caller that do not stand here yet. */
  read(next?: string): Reading {
    const spoken: ChatMessage | null = next === undefined ? null : { role: "user", content: next };
    const excess = this.#tokens + (spoken ? sizeOf(spoken) : 0) - budgetTokens;
    if (excess > 0) this.#forget(excess, spoken !== null);
    return this.#kept.read(this.#forgotten > 0 ? leftOut : null, spoken);
  }

  caller(text: string): void {
    this.#add({ role: "user", content: text });
  }

  /** A word to the model that nobody hears. */
  note(text: string): void {
    this.#add({ role: "system", content: text });
  }

  /**
   * `said` is all of the utterance so far; what of it came before earlier functions is not doubled. A result is null where
   * nobody waits for it any more: see {@link answered}.
   */
  functions(said: string, results: { call: FunctionCall; result: string | null }[]): void {
    const words = wordsOf(said).slice(this.#earlyWords);
    const calls = results.map(({ call }) => readableCall(call));
    const message = { role: "assistant" as const, content: words.join(" "), calls };
    this.#early.push({ number: this.count, words: words.length, message });
    this.#add(message);
    for (const { call, result } of results)
      this.#add({ role: "tool", callId: call.id, content: result ?? stillAsked });
  }

  /** A function that nobody waited for any more answered after all. */
  answered(callId: string, result: string): void {
    const isThis = (each: ChatMessage) =>
      each.role === "tool" && each.callId === callId && each.content === stillAsked;
    const index = this.#kept.all().findLastIndex(isThis);
    if (index >= 0)
      this.#change(new Map([[this.#forgotten + index, { role: "tool", callId, content: result }]]));
  }

  /** The utterance is over, and this is what was heard of it: all, a part, or nothing. */
  heard(text: string, isCutOff: boolean): void {
    const words = wordsOf(text);
    const cut = new Map<number, ChatMessage>();
    for (const { number, words: count, message } of this.#early) {
      const content = words.splice(0, count).join(" ");
      if (number >= this.#forgotten && content !== message.content) cut.set(number, { ...message, content });
    }
    this.#early = [];
    if (cut.size > 0) this.#change(cut);
    if (words.length > 0) this.#add({ role: "assistant", content: words.join(" ") });
    if (isCutOff && text !== "") this.note(cutOffNote);
  }

  get #earlyWords(): number {
    return this.#early.reduce((sum, { words }) => sum + words, 0);
  }

  #add(message: ChatMessage): void {
    this.#kept.add(message);
    this.#tokens += sizeOf(message);
  }

  #rewrite(messages: readonly ChatMessage[]): void {
    this.#kept.rewrite(messages);
    this.#tokens = sumOf(messages);
  }

  /** By their numbers in the whole call. */
  #change(messages: ReadonlyMap<number, ChatMessage>): void {
    this.#rewrite(this.#kept.all().map((kept, index) => messages.get(this.#forgotten + index) ?? kept));
  }

  /**
   * The oldest, up to `excess` tokens and the rest of a step. What is left begins with the caller, since a function's answer is
   * nothing without its question; their newest words stay, unless others follow them at once.
   */
  #forget(excess: number, isFollowed: boolean): void {
    const all = this.#kept.all();
    const tooOld = Math.ceil(excess / stepTokens) * stepTokens;
    const isCaller = ({ role }: ChatMessage) => role === "user";
    let [from, old] = [0, 0];
    for (const message of all) {
      if (old >= tooOld) break;
      old += sizeOf(message);
      from += 1;
    }
    const begin = all.findIndex((message, index) => index >= from && isCaller(message));
    const last = isFollowed ? all.length : all.findLastIndex(isCaller);
    const left = all.slice(Math.max(0, begin === -1 ? last : begin));
    this.#rewrite(left);
    this.#forgotten += all.length - left.length;
  }
}
