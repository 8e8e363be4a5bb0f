import { expect, it } from "vitest";
import { signatureOf } from "./signature.ts";

it("signs Twilio's own example as Twilio does", () => {
  const fields = Object.entries({
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675309",
    Digits: "1234",
    From: "+14158675309",
    To: "+18005551212",
  });
  expect(signatureOf("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)).toBe(
    "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
  );
});
