/** What the files english-*.ts share: a rule that reads one kind of figure, and the parts that their patterns are made of. */

/** Puts one kind of figure into words, wherever it stands in a text. */
export type Reading = (text: string) => string;

/** @param say is given what was found and its groups; null leaves that as it is */
export const reading =
  (pattern: RegExp, say: (...found: (string | undefined)[]) => string | null): Reading =>
  (text) =>
    text.replace(pattern, (...found) => say(...found.slice(0, -2)) ?? found[0]);

/** A group that a pattern leaves out is empty. */
export const given = (text: string | undefined): string => text ?? "";
export const amountOf = (text: string | undefined): number => Number(given(text).replaceAll(",", ""));

export const number = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;
/** A long dash between spaces is a pause, and no range. */
export const hyphen = "[-\u2010\u2011–]";
export const dash = String.raw`(?:\s?${hyphen}\s?|—)`;

const noThings =
  "as|is|was|this|us|its|his|has|does|always|unless|plus|yes|perhaps|across|sometimes|afterwards|regardless|press|" +
  "works|helps|connects|offers|gets|gives|means|takes|lets|saves";
/** What makes the figure before it a count of something: "200 people", "20 minutes", not "988 is" or "988 always". */
export const things = `(?:(?!(?:${noThings})\\b)[a-z]+s|people|men|women|children|feet|percent|hundred|thousand|million|billion|trillion|euro|yen)\\b`;
/** Measures that a range or a telephone number is told by; english-units.ts reads them. */
export const units = "k?m|k?g|cm|mm|ml|mg|ft|lbs?|mph|min|kcal|euros?";
