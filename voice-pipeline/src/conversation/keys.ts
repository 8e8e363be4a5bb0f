/** Keys of a telephone, as they were pressed: which belong together, and what they mean in words. Pure. */

export interface Key {
  key: string;
  at: number;
}

/** Keys that are further apart do not belong together. */
export const pauseMs = 1_500;

/** The keys that were pressed together last. */
export const lastKeys = (keys: readonly Key[]): Key[] => {
  const from = keys.findLastIndex(({ at }, index) => at - (keys[index - 1]?.at ?? at) >= pauseMs);
  return keys.slice(Math.max(0, from));
};

/** The key that ends all calls: alone, again and again, or from the menu. Amid a number it is a digit as any other. */
export const isOptOutKeys = (keys: readonly Key[]): boolean =>
  /^\*?9+$/.test(keys.map(({ key }) => key).join(""));

export const pressed = (keys: readonly Key[]): string =>
  `The caller pressed ${keys.map(({ key }) => key).join(" ")}.`;
