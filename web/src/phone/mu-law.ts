// ITU-T G.711 mu-law, one byte a sample at 8 kHz, as samples of Web Audio.

export const sampleRate = 8_000;
const bias = 0x84;
const loudest = 32_635;

function decodeByte(byte: number): number {
  const flipped = ~byte & 0xff;
  const magnitude = ((((flipped & 0x0f) << 3) + bias) << ((flipped >> 4) & 0x07)) - bias;
  return (flipped & 0x80 ? -magnitude : magnitude) / 32_768;
}

const table = Float32Array.from({ length: 256 }, (_, byte) => decodeByte(byte));

export function decodeMuLaw(base64: string): Float32Array<ArrayBuffer> {
  const bytes = atob(base64);
  return Float32Array.from(bytes, (char) => table[char.charCodeAt(0)] ?? 0);
}

function encodeSample(sample: number): number {
  const magnitude = Math.min(Math.abs(Math.round(sample * 32_768)), loudest) + bias;
  const exponent = 24 - Math.clz32(magnitude);
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

export function encodeMuLaw(samples: Float32Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(samples, encodeSample);
}
