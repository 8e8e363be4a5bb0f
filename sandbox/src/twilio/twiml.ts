/** Reads TwiML: the XML that it needs (elements, attributes, text, CDATA, comments, the five entities), and no more. */

export interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Element[];
  text: string;
}

export class BadTwiml extends Error {}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const unescapeText = (text: string): string =>
  text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith("#x")) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
    const known = entities[name];
    if (known === undefined) throw new BadTwiml(`Unknown entity ${whole}.`);
    return known;
  });

const tokens = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<\/?[^<>]+>|[^<]+|</g;
const tag = /^<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>$/;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(attribute)].map(([, name = "", double, single]) => [
      name,
      unescapeText(double ?? single ?? ""),
    ]),
  );

/** @throws BadTwiml (Twilio's 12100) */
export const parseTwiml = (document: string): Element => {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  for (const [token] of document.matchAll(tokens)) {
    const parent = open.at(-1) ?? root;
    if (token.startsWith("<!--") || token.startsWith("<?")) continue;
    if (token.startsWith("<![CDATA[")) parent.text += token.slice(9, -3);
    else if (!token.startsWith("<")) parent.text += unescapeText(token);
    else if (token.startsWith("</")) {
      if (open.length < 2 || parent.name !== token.slice(2, -1).trim())
        throw new BadTwiml(`${token} closes nothing.`);
      open.pop();
    } else {
      const found = tag.exec(token);
      if (found === null) throw new BadTwiml(`${token.slice(0, 80)} is no element.`);
      const [, name = "", attributes = "", isEmpty] = found;
      const element: Element = { name, attributes: attributesOf(attributes), children: [], text: "" };
      parent.children.push(element);
      if (isEmpty !== "/") open.push(element);
    }
  }
  const [response] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || response?.name !== "Response")
    throw new BadTwiml("The document is not one complete <Response>.");
  return response;
};
