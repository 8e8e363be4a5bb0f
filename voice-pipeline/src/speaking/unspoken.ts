/** How much of a text was spoken, by the characters that came with its sound. Spaces are nobody's and do not count. Pure. */

export const letters = (text: string): number => text.replace(/\s+/g, "").length;

/** What is left of clauses of which so many letters were spoken, from the start of the word that was not whole. */
export const unspoken = (clauses: readonly string[], spoken: number): string[] => {
  let left = spoken;
  return clauses.flatMap((clause) => {
    const size = letters(clause);
    if (left >= size) {
      left -= size;
      return [];
    }
    let rest = clause;
    while (left > 0) {
      const word = /^\s*\S+/.exec(rest)?.[0] ?? rest;
      if (letters(word) > left) break;
      left -= letters(word);
      rest = rest.slice(word.length);
    }
    left = 0;
    return [rest.trim()];
  });
};
