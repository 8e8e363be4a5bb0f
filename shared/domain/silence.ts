/** How long a persona waits for a word before it asks, and again before it says goodbye. */
export const silenceSeconds = { least: 4, most: 30, usual: 8 };
