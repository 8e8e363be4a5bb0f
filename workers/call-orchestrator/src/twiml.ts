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

/**
 * A two-way media stream, and where Twilio asks what to do when it is over while the call is not.
 * Parameters, not a query string: Twilio drops the query of a stream's address.
 */
export function streamTwiml(
  url: string,
  afterUrl: string,
  parameters: Readonly<Record<string, string>>,
): string {
  const children = Object.entries(parameters)
    .map(([name, value]) => `<Parameter name="${escaped(name)}" value="${escaped(value)}"/>`)
    .join("");
  const stream = `<Stream url="${escaped(url)}">${children}</Stream>`;
  return document(`<Connect action="${escaped(afterUrl)}">${stream}</Connect>`);
}

/** Says a sentence and hangs up. */
export const sayTwiml = (sentence: string) => document(`<Say>${escaped(sentence)}</Say><Hangup/>`);
export const hangUpTwiml = () => document("<Hangup/>");
export const emptyTwiml = () => document("");
