/** Speech activity on the raw telephone sound, by energy above an adaptive floor. Pure: one verdict per frame. */

const bias = 0x84;
const energyOf = Float64Array.from({ length: 256 }, (_, byte) => {
  const flipped = ~byte & 0xff;
  const magnitude = ((((flipped & 0x0f) << 3) + bias) << ((flipped >> 4) & 0x07)) - bias;
  return magnitude ** 2;
});

const onsetFrames = 4;
const quietFrames = 12;
const least = 400;
const overFloor = 3;

export class SoundDetector {
  #floor = 100;
  #loud = 0;
  #soft = 0;
  #isSound = false;

  get isSound(): boolean {
    return this.#isSound;
  }

  /** While our own voice plays, its echo must not count: the threshold doubles. */
  push(sound: Buffer, isSpeaking: boolean): "sound" | "quiet" | null {
    let energy = 0;
    for (let index = 0; index < sound.length; index += 1) energy += energyOf[sound[index] ?? 0] ?? 0;
    const level = Math.sqrt(energy / Math.max(1, sound.length));
    const threshold = Math.max(least, this.#floor * overFloor) * (isSpeaking ? 2 : 1);
    const isLoud = level > threshold;
    // The floor follows falling noise at once and rising noise slowly, and never follows speech.
    if (!isLoud) this.#floor += (level - this.#floor) * (level < this.#floor ? 0.3 : 0.02);
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
}
