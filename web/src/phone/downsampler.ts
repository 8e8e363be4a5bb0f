// Sound of a sound card's rate made into a telephone's. What a telephone cannot carry is filtered out first, or it would come
// back as a false tone. Pure; sound comes in pieces of any length.

/** Of the output's samples, on either side of each. */
const reach = 6;
/** Steps of the kernel between two input samples. */
const fineness = 32;

export class Downsampler {
  readonly #ratio: number;
  readonly #half: number;
  readonly #kernel: Float32Array;
  #kept: Float32Array;
  /** The next output's place in what is kept. */
  #next: number;

  constructor(fromRate: number, toRate: number) {
    this.#ratio = fromRate / toRate;
    this.#half = Math.ceil(reach * this.#ratio);
    this.#kernel = windowedSinc(0.45 / this.#ratio, this.#half);
    this.#kept = new Float32Array(this.#half);
    this.#next = this.#half;
  }

  /** The output that is complete with this piece. */
  push(piece: Float32Array): Float32Array<ArrayBuffer> {
    const sound = new Float32Array(this.#kept.length + piece.length);
    sound.set(this.#kept);
    sound.set(piece, this.#kept.length);
    const output: number[] = [];
    for (; this.#next + this.#half < sound.length; this.#next += this.#ratio)
      output.push(this.#sampleAt(sound, this.#next));
    const done = Math.max(0, Math.floor(this.#next) - this.#half);
    this.#kept = sound.slice(done);
    this.#next -= done;
    return Float32Array.from(output);
  }

  #sampleAt(sound: Float32Array, place: number): number {
    let sum = 0;
    for (let at = Math.ceil(place - this.#half); at <= place + this.#half; at += 1)
      sum += (sound[at] ?? 0) * (this.#kernel[Math.round((at - place + this.#half) * fineness)] ?? 0);
    return sum;
  }
}

/** @param cutoff of the input's rate @param half in input samples */
function windowedSinc(cutoff: number, half: number): Float32Array {
  return Float32Array.from({ length: 2 * half * fineness + 1 }, (_, index) => {
    const at = index / fineness - half;
    const angle = 2 * Math.PI * cutoff * at;
    const sinc = at === 0 ? 1 : Math.sin(angle) / angle;
    return 2 * cutoff * sinc * (0.5 + 0.5 * Math.cos((Math.PI * at) / half));
  });
}
