// Requests as Twilio, Stripe and a voice node make them, signed and well formed.
import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { RouteName } from "@callmeback/shared/contract";
import { sealBytes } from "@callmeback/shared/domain/recording";
import { signatureOf } from "../../sandbox/src/twilio/signature.ts";
import type { TestMesh } from "../fixtures/test-mesh.ts";
import { addressOf, type Call } from "./client.ts";

/** What any of Twilio's forms may say, about a call or an SMS. */
export const twilioFields = {
  CallSid: `CA${"1".repeat(32)}`,
  CallStatus: "in-progress",
  AnsweredBy: "human",
  StreamSid: `MZ${"1".repeat(32)}`,
  StreamEvent: "stream-started",
  MessageSid: `SM${"1".repeat(32)}`,
  From: "+14155550199",
  Body: "STOP",
};

export function fromTwilio(
  { publicUrl, twilioAuthToken }: TestMesh,
  name: RouteName,
  query: Record<string, string>,
  fields: Record<string, string>,
): Call & { query: string; rawBody: string; headers: Record<string, string> } {
  const search = new URLSearchParams(query);
  const asked = { query: search.size === 0 ? "" : `?${search}` };
  const signature = signatureOf(twilioAuthToken, publicUrl + addressOf(name, asked), Object.entries(fields));
  return {
    ...asked,
    rawBody: `${new URLSearchParams(fields)}`,
    headers: { "X-Twilio-Signature": signature },
  };
}

export function fromStripe({ stripeWebhookSecret }: TestMesh, event: object) {
  const rawBody = JSON.stringify(event);
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", stripeWebhookSecret).update(`${at}.${rawBody}`).digest("hex");
  return { rawBody, headers: { "Stripe-Signature": `t=${at},v1=${signature}` } } satisfies Call;
}

export function fromVoiceNode({ voiceNodeKey: token }: TestMesh, name: RouteName, call_id: string): Call {
  const stream = { call_id, stream_token: "token", call_sid: "CA1", stream_sid: "MZ1", node: "node" };
  const opened = { seq: 1, at: new Date().toISOString(), type: "opened", stream_sid: "MZ1" };
  const bodies: Partial<Record<RouteName, object>> = {
    voiceOpenSession: stream,
    voiceJournal: { entries: [opened] },
    voiceFunction: { id: "wish-1", name: "get_order_status", arguments: "{}" },
    voiceLive: { speaker: "caller", text: "Hello" },
  };
  const body = bodies[name];
  if (name === "voiceRecording")
    return { token, params: { call_id, part: "0" }, rawBody: Buffer.alloc(sealBytes + 1) };
  if (name === "voiceReplay") return { token, params: { call_id }, rawBody: gzipSync("{}\n") };
  return { token, params: { call_id }, ...(body === undefined ? {} : { body }) };
}
