/** Text as it can be said: no markdown, no emoji, an address as words. */

export const speakable = (text: string): string =>
  text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/https?:\/\/(\S+?)(?=[.,!?]?(?:\s|$))/g, (_, address: string) =>
      address.replace(/\./g, " dot ").replace(/\//g, " slash "),
    )
    .replace(/(?<=^|\s)[-*•#>]+\s+/gm, "")
    .replace(/[*_`~]+/g, "")
    .replace(/[\p{Extended_Pictographic}\u{FE0F}\u{200D}\u{1F3FB}-\u{1F3FF}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
