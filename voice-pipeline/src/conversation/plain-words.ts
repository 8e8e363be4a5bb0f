/** Text as its words alone, so that what differs only in case and marks is the same. */

export const plain = (text: string): string =>
  text
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[^\p{L}\p{M}\p{N}\s'-]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();

export const wordsOf = (text: string): string[] => plain(text).split(" ").filter(Boolean);
