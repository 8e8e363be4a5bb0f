// What a person sees of their own words and when, by the clock of the machine; and how long recognised words took to be seen. Pure.
import type { Recognised } from "./overheard.ts";

export interface Seen {
  /** Milliseconds of the epoch, at the frame that shows it. */
  at: number;
  text: string;
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} ]/gu, "")
    .replace(/\s+/g, " ")
    .trim();

/**
 * From each piece of recognised words to the first sight of the page that has them. A piece that says nothing new is left
 * out; one whose words came only with later ones counts to those.
 */
export function delays(
  recognised: readonly Recognised[],
  seen: readonly Seen[],
): { ms: number[]; unseen: number } {
  const ms: number[] = [];
  let unseen = 0;
  let before = "";
  for (const { at, text } of recognised) {
    const words = plain(text);
    if (words === "" || before.endsWith(words)) continue;
    before = words;
    const sight = seen.find((each) => each.at >= at && plain(each.text).includes(words));
    if (sight === undefined) unseen += 1;
    else ms.push(sight.at - at);
  }
  return { ms, unseen };
}
