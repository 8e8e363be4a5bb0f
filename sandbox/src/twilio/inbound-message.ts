/** An SMS from a handset to our number: Twilio tells the product by a signed webhook. Source: https://www.twilio.com/docs/messaging/guides/webhook-request */
import { newSid } from "./call.ts";
import { sendSigned } from "./signed-request.ts";

export interface InboundMessages {
  accountSid: string;
  authToken: string;
  /** Our number. */
  fromNumber: string;
  /** What is set as the number's messaging webhook. */
  messageUrl?: string | undefined;
}

/** Answers with the product's own status. @throws Error when nobody is there to be told */
export const sendInboundMessage = async (
  { accountSid, authToken, fromNumber, messageUrl }: InboundMessages,
  from: string,
  body: string,
): Promise<number> => {
  if (messageUrl === undefined)
    throw new Error("TWILIO_MESSAGE_URL is not set, so nobody is told of an SMS.");
  const sid = newSid("SM");
  const fields: [string, string][] = [
    ["MessageSid", sid],
    ["SmsMessageSid", sid],
    ["SmsSid", sid],
    ["AccountSid", accountSid],
    ["From", from],
    ["To", fromNumber],
    ["Body", body],
    ["NumMedia", "0"],
    ["NumSegments", String(Math.max(1, Math.ceil(body.length / 160)))],
    ["SmsStatus", "received"],
    ["ApiVersion", "2010-04-01"],
  ];
  const response = await sendSigned({ url: messageUrl, method: "POST", fields }, authToken);
  await response.body?.cancel();
  return response.status;
};
