// ITU-T G.711 mu-law, one byte a sample at 8 kHz, as samples of Web Audio.

export const sampleRate = 8_000;
const bias = 0x84;

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
