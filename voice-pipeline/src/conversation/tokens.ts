/** About how many tokens of a model a text is: four letters of English; a letter of most other scripts is longer in bytes and shorter in tokens. */
export const tokensOf = (bytes: number): number => Math.ceil(bytes / 4);
export const tokensIn = (text: string): number => tokensOf(Buffer.byteLength(text));
