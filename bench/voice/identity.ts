/**
 * Sound that says where it belongs. Each frame of 20 ms carries its call, turn and number in its first samples, as values
 * so soft that speech detection takes them for silence; so loss, doubling and order are counted at the far end, not guessed.
 */

export const frameBytes = 160;
export const frameMs = 20;

/** Silence, speech, and the frame that ends a turn. */
export const kinds = { silence: 0, speech: 1, last: 2 } as const;
export interface FrameIdentity {
  call: number;
  turn: number;
  frame: number;
  kind: number;
}

/** A number of 4 bits is a mu-law byte no louder than 120 of 32 124. */
const soft = 0xf0;
const mark = [0x5, 0xa, 0xc] as const;
const widths = { call: 3, turn: 3, frame: 5, kind: 1 } as const;
export const identityBytes = mark.length + 3 + 3 + 5 + 1;

const put = (target: Buffer, at: number, value: number, width: number): number => {
  for (let index = 0; index < width; index += 1)
    target[at + index] = soft | ((value >> (4 * (width - 1 - index))) & 0xf);
  return at + width;
};

export const writeIdentity = (
  target: Buffer,
  from: number,
  { call, turn, frame, kind }: FrameIdentity,
): void => {
  let at = from;
  for (const nibble of mark) at = put(target, at, nibble, 1);
  at = put(target, at, call, widths.call);
  at = put(target, at, turn, widths.turn);
  at = put(target, at, frame, widths.frame);
  put(target, at, kind, widths.kind);
};

/** Null where no frame of ours begins. */
export const readIdentity = (sound: Buffer, from: number): FrameIdentity | null => {
  let at = from;
  const get = (width: number): number => {
    let value = 0;
    for (const end = at + width; at < end; at += 1) {
      const byte = sound[at] ?? 0;
      if ((byte & 0xf0) !== soft) return -1;
      value = (value << 4) | (byte & 0xf);
    }
    return value;
  };
  if (get(mark.length) !== ((mark[0] << 8) | (mark[1] << 4) | mark[2])) return null;
  const [call, turn, frame, kind] = [get(widths.call), get(widths.turn), get(widths.frame), get(widths.kind)];
  return call < 0 || turn < 0 || frame < 0 || kind < 0 ? null : { call, turn, frame, kind };
};

const loud = Buffer.from(Array.from({ length: frameBytes }, (_, index) => (index % 16 < 8 ? 0xb0 : 0x30)));
const still = Buffer.alloc(frameBytes, 0xff);

/** Frames of one turn, numbered from `from`; the last is of `lastKind`. */
export const framesOf = (
  call: number,
  turn: number,
  from: number,
  count: number,
  lastKind: number,
): Buffer => {
  const sound = Buffer.allocUnsafe(count * frameBytes);
  for (let index = 0; index < count; index += 1) {
    loud.copy(sound, index * frameBytes);
    const kind = index === count - 1 ? lastKind : kinds.speech;
    writeIdentity(sound, index * frameBytes, { call, turn, frame: from + index, kind });
  }
  return sound;
};

/** One frame that is heard as speech or as silence, by its kind. */
export const oneFrame = (target: Buffer, identity: FrameIdentity): Buffer => {
  (identity.kind === kinds.silence ? still : loud).copy(target);
  writeIdentity(target, 0, identity);
  return target;
};
