/** ITU-T G.711 mu-law, the telephone's own coding: one byte a sample at 8 kHz. */

const bias = 0x84;
const loudest = 32_635;

export const bytesPerMs = 8;
export const silentByte = 0xff;

export const encodeSample = (sample: number): number => {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(Math.round(sample)), loudest) + bias;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
};

const decodeOne = (byte: number): number => {
  const flipped = ~byte & 0xff;
  const magnitude = ((((flipped & 0x0f) << 3) + bias) << ((flipped >> 4) & 0x07)) - bias;
  return flipped & 0x80 ? -magnitude : magnitude;
};

/** What each byte is worth: −32 124 … 32 124. */
export const decoded = Float32Array.from({ length: 256 }, (_, byte) => decodeOne(byte));
