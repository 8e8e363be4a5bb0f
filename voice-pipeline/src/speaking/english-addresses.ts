/** Addresses of mail and web as they are told to somebody. Pure. */
import { given, type Reading, reading } from "./figure-reading.ts";

const topLevels = "com|org|net|edu|gov|info|io|co|me|app|dev|ai|eu|uk|de|fr|es|it|nl|example";

const address = (text: string | undefined): string =>
  given(text)
    .replace(/^https?:\/\//i, "")
    .replace(/^mailto:/i, "")
    .replace(/\/$/, "")
    .replace(/@/g, " at ")
    .replace(/\./g, " dot ")
    .replace(/\//g, " slash ")
    .replace(/_/g, " underscore ")
    .replace(/[?=&#%:]+/g, " ")
    .replace(/(?<=\w)-(?=\w)/g, " dash ");

export const addresses: readonly Reading[] = [
  reading(/(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, address),
  reading(/https?:\/\/[^\s)]*[\w/]/gi, address),
  reading(
    new RegExp(`(?<![\\w@.-])(?:[a-z0-9-]+\\.)+(?:${topLevels})(?:/[\\w./-]*\\w)?(?![\\w.]*\\w)`, "gi"),
    address,
  ),
];
