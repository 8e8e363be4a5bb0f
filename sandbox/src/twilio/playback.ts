/** What a call still has to play to its handset: sound and marks in one queue, taken frame by frame. */

const frameBytes = 160;
/** Ten minutes of sound; what comes above is dropped (31931). */
const mostBytes = 10 * 60 * 8_000;

type Item = { sound: Buffer } | { played: () => void };

export class Playback {
  #items: Item[] = [];
  #bytes = 0;

  /** False when the buffer is full and the sound was dropped. */
  append(sound: Buffer): boolean {
    if (this.#bytes + sound.length > mostBytes) return false;
    if (sound.length > 0) this.#items.push({ sound });
    this.#bytes += sound.length;
    return true;
  }

  /** `played` is called when all before it was played: at once if nothing is left. */
  mark(played: () => void): void {
    if (this.#items.length === 0) played();
    else this.#items.push({ played });
  }

  /** Drops the sound; every mark that waits is told at once. */
  clear(): void {
    const items = this.#items;
    this.#items = [];
    this.#bytes = 0;
    for (const item of items) if ("played" in item) item.played();
  }

  /** The next 20 ms; silence where there is nothing. */
  next(): Buffer {
    const frame = Buffer.alloc(frameBytes, 0xff);
    let filled = 0;
    while (filled < frameBytes) {
      const item = this.#items[0];
      if (item === undefined || "played" in item) break;
      const copied = item.sound.copy(frame, filled, 0, frameBytes - filled);
      filled += copied;
      this.#bytes -= copied;
      if (copied === item.sound.length) this.#items.shift();
      else item.sound = item.sound.subarray(copied);
      this.#tellMarks();
    }
    return frame;
  }

  #tellMarks(): void {
    for (let item = this.#items[0]; item !== undefined && "played" in item; item = this.#items[0]) {
      this.#items.shift();
      item.played();
    }
  }
}
