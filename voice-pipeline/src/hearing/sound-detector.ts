/** Speech activity on the raw telephone sound, by energy above an adaptive floor. Pure: one verdict per frame. */
import { sampleOf } from "./mu-law.ts";

const energyOf = sampleOf.map((sample) => sample ** 2);

const onsetFrames = 4;
const quietFrames = 12;
const least = 400;
const overFloor = 3;
/** Two seconds, in blocks: speech has gaps in them, and noise that goes on has none. */
const blocks = 8;
const blockFrames = 12;

export class SoundDetector {
  #floor = 100;
  #loud = 0;
  #soft = 0;
  #isSound = false;
  /** The least level of each of the newest whole blocks, in a ring, and of the block that goes on. */
  readonly #lows = new Float64Array(blocks);
  #low = Number.POSITIVE_INFINITY;
  #frames = 0;

  get isSound(): boolean {
    return this.#isSound;
  }

  /** While our own voice plays, its echo must not count: it takes twice as much on a quiet line, and no more on a noisy one. */
  push(sound: Buffer, isSpeaking: boolean): "sound" | "quiet" | null {
    let energy = 0;
    for (let index = 0; index < sound.length; index += 1) energy += energyOf[sound[index] ?? 0] ?? 0;
    const level = Math.sqrt(energy / Math.max(1, sound.length));
    const threshold = Math.max(isSpeaking ? 2 * least : least, this.#floor * overFloor);
    const isLoud = level > threshold;
    // The floor follows falling noise at once and rising noise slowly. It never follows speech, nor its soft edges: amid sound
    // it rises only to what the level was at least for two seconds.
    if (!isLoud && level < this.#floor) this.#floor += (level - this.#floor) * 0.3;
    else if (!isLoud && !this.#isSound) this.#floor += (level - this.#floor) * 0.02;
    if (level < this.#low) this.#low = level;
    this.#frames += 1;
    if (this.#frames % blockFrames === 0) this.#endBlock();
    this.#loud = isLoud ? this.#loud + 1 : 0;
    this.#soft = isLoud ? 0 : this.#soft + 1;
    if (!this.#isSound && this.#loud >= onsetFrames) {
      this.#isSound = true;
      return "sound";
    }
    if (this.#isSound && this.#soft >= quietFrames) {
      this.#isSound = false;
      return "quiet";
    }
    return null;
  }

  #endBlock(): void {
    this.#lows[(this.#frames / blockFrames) % blocks] = this.#low;
    this.#low = Number.POSITIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    for (let block = 0; block < blocks; block += 1) lowest = Math.min(lowest, this.#lows[block] ?? 0);
    this.#floor = Math.max(this.#floor, lowest);
  }
}
