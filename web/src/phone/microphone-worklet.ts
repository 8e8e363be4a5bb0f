// In the audio thread: the microphone's sound becomes 20 ms frames of the telephone's coding.
import { Downsampler } from "./downsampler.ts";
import { encodeMuLaw, sampleRate as telephoneRate } from "./mu-law.ts";

// TypeScript's library for pages does not know this thread.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const frameSamples = telephoneRate / 50;

class MicrophoneFrames extends AudioWorkletProcessor {
  readonly #downsampler = new Downsampler(sampleRate, telephoneRate);
  #waiting = new Float32Array(0);

  process([channels]: Float32Array[][]): boolean {
    const [sound] = channels ?? [];
    if (sound === undefined) return true;
    const fresh = this.#downsampler.push(sound);
    const all = new Float32Array(this.#waiting.length + fresh.length);
    all.set(this.#waiting);
    all.set(fresh, this.#waiting.length);
    let at = 0;
    for (; at + frameSamples <= all.length; at += frameSamples)
      this.port.postMessage(encodeMuLaw(all.subarray(at, at + frameSamples)));
    this.#waiting = all.slice(at);
    return true;
  }
}

registerProcessor("microphone-frames", MicrophoneFrames);
