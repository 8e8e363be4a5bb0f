/** Text as it can be said: no markdown, no emoji, an address as words. */

export const speakable = (text: string): string =>
  text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replace(/https?:\/\/(\S+?)(?=[.,!?]?(?:\s|$))/g, (_, address: string) =>
      address.replace(/\./g, " dot ").replace(/\//g, " slash "),
    )
    .replace(/(?<=^|\s)[-*•#>]+\s+/gm, "")
    .replace(/[*_`~]+/g, "")
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u{FE0F}|\u{200D}/gu, "")
    .replace(/\s+/g, " ")
    .trim();
