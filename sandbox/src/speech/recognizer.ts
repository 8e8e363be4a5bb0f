/**
 * Hears words in telephone sound, and only what is in it. Time is the position in the sound that was pushed. What was
 * lost, doubled or out of order on the way is heard as "�" with little confidence, never as a clean word; noise is
 * heard as nothing.
 */
import { indexOf, readCheck } from "./check.ts";
import { bytesPerMs, decoded } from "./mu-law.ts";
import { type Place, strongest, symbolSamples } from "./tones.ts";

export type RecognizedEvent =
  | { type: "speech-start"; atMs: number }
  | { type: "word"; text: string; startMs: number; endMs: number; confidence: number }
  /** Nobody has spoken since `sinceMs`; told once, at `atMs`. */
  | { type: "silence"; atMs: number; sinceMs: number };

const audible = 1_500;
const clear = 0.75;
const searchStep = 10;
/** Longer than the pause between two words. */
const silenceMs = 100;
const garbledConfidence = 0.2;

export class Recognizer {
  #pending: Buffer = Buffer.alloc(0);
  /** The position of the first pending sample. */
  #origin = 0;
  #isSpeaking = false;
  #spokeUntil = 0;
  #isLocked = false;
  #symbols: number[] = [];
  #bytes: number[] = [];
  #wordStart = 0;
  #purity = 1;
  #isGarbled = false;
  /** How many bytes of this utterance were heard; what the next check must claim. */
  #position = 0;
  #events: RecognizedEvent[] = [];

  push(mulaw: Buffer): RecognizedEvent[] {
    this.#pending = this.#pending.length === 0 ? mulaw : Buffer.concat([this.#pending, mulaw]);
    this.#events = [];
    let at = 0;
    while (at < this.#pending.length) {
      const next = this.#isLocked ? this.#readSymbol(at) : this.#seek(at);
      if (next === at) break;
      at = next;
      this.#checkSilence(this.#origin + at);
    }
    this.#origin += at;
    this.#pending = Buffer.from(this.#pending.subarray(at));
    return this.#events;
  }

  /** Looks for the beginning of a word: quiet is skipped, sound that is no first symbol is passed over. */
  #seek(from: number): number {
    let at = from;
    while (at < this.#pending.length && Math.abs(decoded[this.#pending[at] ?? 0xff] ?? 0) < audible) at += 1;
    if (at > from) return at;
    if (at + symbolSamples > this.#pending.length) return at;
    if (strongest(this.#pending, at, 0).purity < clear) return at + searchStep;
    this.#isLocked = true;
    this.#wordStart = this.#origin + at;
    if (!this.#isSpeaking) {
      this.#isSpeaking = true;
      this.#events.push({ type: "speech-start", atMs: this.#wordStart / bytesPerMs });
    }
    return this.#readSymbol(at);
  }

  #readSymbol(at: number): number {
    if (at + symbolSamples > this.#pending.length) return at;
    const wanted = this.#symbols.length;
    const place: Place = wanted === 0 ? 0 : wanted === 1 ? 1 : 2;
    const { value, purity } = strongest(this.#pending, at, place);
    if (purity < clear) {
      this.#lose(at);
      return this.#isLocked ? at + symbolSamples : at + searchStep;
    }
    this.#symbols.push(value);
    this.#purity = Math.min(this.#purity, purity);
    this.#spokeUntil = this.#origin + at + symbolSamples;
    if (place === 2) this.#takeByte();
    return at + symbolSamples;
  }

  #takeByte(): void {
    const [high = 0, low = 0, check = 0] = this.#symbols;
    this.#symbols = [];
    const byte = (high << 4) | low;
    const { index, endsWord } = readCheck(byte, check);
    if (index === 0) this.#position = 0;
    else if (index !== indexOf(this.#position)) {
      this.#garble();
      this.#position = index;
    }
    this.#position += 1;
    this.#bytes.push(byte);
    if (endsWord) this.#endWord();
  }

  /** What came is not what had to come: the word is damaged, and its next byte is looked for. */
  #lose(at: number): void {
    this.#garble();
    this.#symbols = [];
    const isSound = this.#pending
      .subarray(at, at + symbolSamples)
      .some((byte) => Math.abs(decoded[byte] ?? 0) >= audible);
    if (!isSound) this.#endWord();
    this.#isLocked = false;
  }

  #garble(): void {
    if (!this.#isGarbled || this.#bytes.at(-1) !== 0xbd) this.#bytes.push(0xef, 0xbf, 0xbd);
    this.#isGarbled = true;
  }

  #endWord(): void {
    const text = Buffer.from(this.#bytes).toString("utf8");
    this.#events.push({
      type: "word",
      text,
      startMs: this.#wordStart / bytesPerMs,
      endMs: this.#spokeUntil / bytesPerMs,
      confidence:
        this.#isGarbled || text.includes("�") ? garbledConfidence : Math.round(this.#purity * 1000) / 1000,
    });
    this.#bytes = [];
    this.#isLocked = false;
    this.#isGarbled = false;
    this.#purity = 1;
  }

  #checkSilence(position: number): void {
    if (!this.#isSpeaking || position - this.#spokeUntil < silenceMs * bytesPerMs) return;
    if (this.#bytes.length > 0) this.#endWord();
    this.#isSpeaking = false;
    this.#position = 0;
    this.#events.push({
      type: "silence",
      atMs: position / bytesPerMs,
      sinceMs: this.#spokeUntil / bytesPerMs,
    });
  }
}
