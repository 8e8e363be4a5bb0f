/**
 * Text as it can be said: no markdown, no emoji, and in English no figures. Other languages keep their figures, which the
 * voice reads by itself, if not always well.
 */
import { englishFigures } from "./english-figures.ts";

/** Everyday words of other languages that are written with English letters. */
const foreign =
  /\b(?:der|das|und|ist|nicht|ich|sie|ein|eine|mit|auf|el|los|las|una|por|para|que|con|y|le|les|des|une|est|et|dans|pour|vous|il|che|di|sono|een|het|van|niet|ik|je|uma)\b/i;
const isEnglish = (text: string): boolean =>
  /^[^\p{L}]*$|^[\P{L}A-Za-z]*$/u.test(text) && !foreign.test(text);

const plain = (text: string): string =>
  text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/(?<=^|\s)[-*•>]\s+|(?<=^|\s)#+\s+/gm, "")
    .replace(/[*`~]+|(?<=^|[\s"'(])_+|_+(?=$|[\s"'),.!?])/g, "")
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u{FE0F}|\u{200D}/gu, "");

export const speakable = (text: string): string => {
  const words = plain(text);
  return (isEnglish(words) ? englishFigures(words) : words).replace(/\s+/g, " ").trim();
};
