/** How long to wait before the next try at a provider. Full jitter, so that the calls of a process do not come back as one. */

export interface BackOff {
  firstMs: number;
  mostMs: number;
}

/** @param random from 0 to 1 */
export const backOffMs = ({ firstMs, mostMs }: BackOff, failures: number, random: number): number => {
  const ceiling = Math.min(mostMs, firstMs * 2 ** Math.max(0, failures - 1));
  return ceiling / 2 + (ceiling / 2) * random;
};
