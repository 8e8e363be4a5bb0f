/**
 * Text as it can be said: no markdown, no emoji, and in English no figures. Other languages keep their figures, which the
 * voice reads by itself, if not always well.
 */
import { englishFigures } from "./english-figures.ts";
import { isEnglish } from "./language.ts";

const plain = (text: string): string =>
  text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    // The signs of sums and ranges are no markdown.
    .replace(/(?<=[\d)])(?: \* |\*)(?=[\d(])/g, " × ")
    .replace(/(?<=^|\s)(?!(?<=\S )- (?:[$€£(]?\d|[A-Z][a-z]+ \d))[-*•>]\s+|(?<=^|\s)#+\s+/gm, "")
    .replace(/[*`~]+|(?<=^|[\s"'(])_+|_+(?=$|[\s"'),.!?])/g, "")
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u{FE0F}|\u{200D}/gu, "");

/** @param wasEnglish what came before, for a text that does not tell its language by itself */
export const speakable = (text: string, wasEnglish = true): string => {
  const words = plain(text);
  return ((isEnglish(words) ?? wasEnglish) ? englishFigures(words) : words).replace(/\s+/g, " ").trim();
};
