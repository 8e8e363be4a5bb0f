/**
 * Both sides of a call on one line of time, cut into parts of one length. Pure: times come in, in milliseconds; whole parts go
 * out. The caller's sound is laid where it follows on what came before, since a telephone sends without a gap and only the
 * network is late; the persona's where it was really played, and what was cleared before its turn is taken out again. So a part
 * stays open for a moment after its end.
 */
import { channels, partBytes, sampleRate, silence } from "@callmeback/shared/domain/recording";

const samplesPerMs = sampleRate / 1000;
const partSamples = partBytes / 2;
/** As far ahead as sound may be sent, and as late as a telephone may play it. */
const openMs = 1_000;
/** No longer is a caller waited for whose sound does not come. */
const longestOpenMs = 12_000;
/** So much later than it should be, and for so long: then sound was lost, and there is a gap. */
const lostMs = 100;
const lookMs = 1_000;

type Side = (typeof channels)[keyof typeof channels];

export class Stereo {
  readonly #from: number;
  readonly #whole: (part: number, sound: Buffer<ArrayBuffer>) => void;
  /** Parts that are open, by number. */
  readonly #open = new Map<number, Buffer<ArrayBuffer>>();
  #next = 0;
  /** Where the caller's next sample belongs; null before the first. */
  #callerAt: number | null = null;
  /** By how much the least late frame was late, and since when that is looked at. */
  #leastLateMs = Number.POSITIVE_INFINITY;
  #looksFrom: number | null = null;
  /** Where the persona's sound ends so far. */
  #personaTo = 0;

  /** @param whole is given each part, in order, once it is whole */
  constructor(from: number, whole: (part: number, sound: Buffer<ArrayBuffer>) => void) {
    this.#from = from;
    this.#whole = whole;
  }

  hear(sound: Buffer, at: number): void {
    const beginsAt = this.#sampleAt(at) - sound.length;
    this.#callerAt ??= Math.max(0, beginsAt);
    this.#mindGap((beginsAt - this.#callerAt) / samplesPerMs, at);
    this.#write(channels.caller, this.#callerAt, sound);
    this.#callerAt += sound.length;
    this.#close(at);
  }

  /** Sound that the telephone plays from this moment on, unless it is cleared before. */
  play(sound: Buffer, at: number): void {
    const sample = this.#sampleAt(at);
    if (sample < 0) return;
    this.#write(channels.persona, sample, sound);
    this.#personaTo = Math.max(this.#personaTo, sample + sound.length);
  }

  /** Nothing of the persona's is played from this moment on. */
  clear(at: number): void {
    const sample = Math.max(0, this.#sampleAt(at));
    if (sample >= this.#personaTo) return;
    this.#write(channels.persona, sample, Buffer.alloc(this.#personaTo - sample, silence));
    this.#personaTo = sample;
  }

  /** Gives the rest; nothing may follow. */
  finish(at: number): void {
    this.clear(at);
    const end = Math.max(this.#personaTo, Math.min(this.#callerAt ?? 0, this.#sampleAt(at)));
    while ((this.#next + 1) * partSamples <= end) this.#give(partSamples);
    if (end > this.#next * partSamples) this.#give(end - this.#next * partSamples);
    this.#open.clear();
  }

  #sampleAt(at: number): number {
    return Math.round((at - this.#from) * samplesPerMs);
  }

  /** A network that was late catches up, and its least delay shows; a loss shows in every frame after it. */
  #mindGap(lateMs: number, at: number): void {
    this.#looksFrom ??= at;
    this.#leastLateMs = Math.min(this.#leastLateMs, lateMs);
    if (at - this.#looksFrom < lookMs) return;
    if (this.#leastLateMs > lostMs && this.#callerAt !== null)
      this.#callerAt += Math.round(this.#leastLateMs * samplesPerMs);
    this.#leastLateMs = Number.POSITIVE_INFINITY;
    this.#looksFrom = null;
  }

  #write(side: Side, from: number, sound: Buffer): void {
    for (let done = 0; done < sound.length; ) {
      const part = Math.floor((from + done) / partSamples);
      const start = from + done - part * partSamples;
      const count = Math.min(sound.length - done, partSamples - start);
      if (part >= this.#next) {
        const into = this.#partOf(part);
        for (let index = 0; index < count; index += 1)
          into[(start + index) * 2 + side] = sound[done + index] ?? silence;
      }
      done += count;
    }
  }

  #partOf(part: number): Buffer<ArrayBuffer> {
    const open = this.#open.get(part) ?? Buffer.alloc(partBytes, silence);
    this.#open.set(part, open);
    return open;
  }

  #close(at: number): void {
    const end = (this.#next + 1) * partSamples;
    const now = this.#sampleAt(at);
    const isHeard = (this.#callerAt ?? 0) >= end;
    if (now >= end + (isHeard ? openMs : longestOpenMs) * samplesPerMs) this.#give(partSamples);
  }

  #give(samples: number): void {
    const part = this.#next;
    const sound = this.#partOf(part);
    this.#open.delete(part);
    this.#next += 1;
    this.#whole(part, sound.subarray(0, samples * 2));
  }
}
