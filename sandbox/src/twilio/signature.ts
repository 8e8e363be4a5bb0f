/** `X-Twilio-Signature`. Source: https://www.twilio.com/docs/usage/security */
import { createHmac } from "node:crypto";

export type Fields = readonly (readonly [string, string])[];

/** The address as it is signed: no user, no fragment, and no port when it is https. */
const signedUrl = (address: string): string => {
  const plain = address.replace(/#.*$/, "").replace(/^(\w+:\/\/)[^/?@]*@/, "$1");
  return plain.startsWith("https:") ? plain.replace(/^(https:\/\/[^/?]*?):\d+/, "$1") : plain;
};

/** Base64 of HMAC-SHA1 over the address and the sorted fields; of a repeated name each different value once. */
export const signatureOf = (authToken: string, address: string, fields: Fields): string => {
  const names = [...new Set(fields.map(([name]) => name))].sort();
  const data = names.flatMap((name) => {
    const values = new Set(fields.filter(([each]) => each === name).map(([, value]) => value));
    return [...values].sort().map((value) => name + value);
  });
  return createHmac("sha1", authToken)
    .update(signedUrl(address) + data.join(""))
    .digest("base64");
};
