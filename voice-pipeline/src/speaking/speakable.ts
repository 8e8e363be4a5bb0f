/**
 * Text as it can be said: no markdown, no emoji, and in English no figures. Other languages keep their figures, which the
 * voice reads by itself, if not always well.
 */
import { englishFigures } from "./english-figures.ts";

/** Everyday words of other languages that are written with English letters. */
const foreign =
  /\b(?:der|das|und|ist|nicht|ich|sie|ein|eine|mit|auf|el|los|las|una|por|para|que|con|y|le|les|des|une|est|et|dans|pour|vous|il|che|di|sono|een|het|van|niet|ik|je|uma)\b/gi;
/** Everyday words of English that none of those languages has. */
const english =
  /\b(?:the|it|it's|and|at|to|of|you|your|my|our|their|this|that|there|with|from|have|has|are|was|were|will|would|can|what|when|about|for|i'm|you're|let's)\b/gi;
/** Places and people: Los Angeles, Van Gogh, Le Mans. */
const names = /\b(?:El|Los|Las|Le|Les|Des|Van|Con) [A-Z]\w+/g;

const count = (pattern: RegExp, text: string): number => text.match(pattern)?.length ?? 0;
/** "The van leaves" is English though "van" alone is Dutch. */
const isEnglish = (text: string): boolean => {
  if (!/^[\P{L}A-Za-z]*$/u.test(text)) return false;
  const nameless = text.replace(names, "");
  const strange = count(foreign, nameless);
  return strange === 0 || count(english, nameless) > strange;
};

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
