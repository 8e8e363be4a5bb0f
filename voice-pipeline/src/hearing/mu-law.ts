/** Telephone sound as numbers. Source: ITU-T G.711, µ-law. */

const bias = 0x84;

/** Of each byte the sample that it stands for, from -32 124 to 32 124. */
export const sampleOf = Float64Array.from({ length: 256 }, (_, byte) => {
  const flipped = ~byte & 0xff;
  const magnitude = ((((flipped & 0x0f) << 3) + bias) << ((flipped >> 4) & 0x07)) - bias;
  return flipped & 0x80 ? -magnitude : magnitude;
});
