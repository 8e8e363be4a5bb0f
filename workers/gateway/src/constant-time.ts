// Compares secrets without telling by time where they differ. Digests make the lengths equal.

const digest = async (text: string) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

/** True when both are the same, non-empty text. */
export async function isSameSecret(given: string, expected: string): Promise<boolean> {
  const [left, right] = await Promise.all([digest(given), digest(expected)]);
  const difference = left.reduce((sum, byte, index) => sum | (byte ^ (right[index] ?? 0)), 0);
  return difference === 0 && expected !== "";
}
