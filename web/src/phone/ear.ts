// What a person hears of the phone: the ring, and the other side's sound, played gaplessly through Web Audio.
import { decodeMuLaw, sampleRate } from "./mu-law.ts";

/** Sound is played this far behind its arrival, so that a late frame makes no click. */
const leadSeconds = 0.08;

export class Ear {
  #context: AudioContext | undefined;
  #playedUntil = 0;
  #ringing: ReturnType<typeof setInterval> | undefined;

  play(base64: string): void {
    const context = this.#open();
    if (context.state !== "running") return;
    const samples = decodeMuLaw(base64);
    const buffer = context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    if (this.#playedUntil < context.currentTime) this.#playedUntil = context.currentTime + leadSeconds;
    source.start(this.#playedUntil);
    this.#playedUntil += buffer.duration;
  }

  ring(): void {
    if (this.#ringing !== undefined) return;
    const burst = () => this.#burst();
    burst();
    this.#ringing = setInterval(burst, 3_000);
  }

  stopRinging(): void {
    clearInterval(this.#ringing);
    this.#ringing = undefined;
  }

  close(): void {
    this.stopRinging();
    void this.#context?.close();
    this.#context = undefined;
  }

  /** Two soft tones, a second long. */
  #burst(): void {
    const context = this.#open();
    if (context.state !== "running") return;
    const gain = context.createGain();
    const begin = context.currentTime;
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(0.08, begin + 0.05);
    gain.gain.setValueAtTime(0.08, begin + 0.9);
    gain.gain.linearRampToValueAtTime(0, begin + 1);
    gain.connect(context.destination);
    for (const frequency of [440, 554]) {
      const tone = context.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(gain);
      tone.start(begin);
      tone.stop(begin + 1);
    }
  }

  /** A browser lets sound out only after a click; until then the phone is silent. */
  #open(): AudioContext {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") void this.#context.resume();
    return this.#context;
  }
}
