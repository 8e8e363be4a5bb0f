// The two answers that Twilio gets about a call, built by Twilio's own TwiML types' rules: escaped, nothing else.
// Source: https://www.twilio.com/docs/voice/twiml/stream

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (char) => escapes[char] ?? char);

const document = (verbs: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;

/** A two-way media stream. Parameters, not a query string: Twilio drops the query of a stream's address. */
export function streamTwiml(url: string, parameters: Readonly<Record<string, string>>): string {
  const children = Object.entries(parameters)
    .map(([name, value]) => `<Parameter name="${escaped(name)}" value="${escaped(value)}"/>`)
    .join("");
  return document(`<Connect><Stream url="${escaped(url)}">${children}</Stream></Connect>`);
}

export const hangUpTwiml = () => document("<Hangup/>");
export const emptyTwiml = () => document("");
