// What Twilio calls, and where its media streams go.
import * as z from "zod";
import { id } from "./fields.ts";
import { route } from "./route.ts";

export const twilioRoutes = {
  voiceAnswer: route({
    method: "POST",
    path: "/api/voice/answer",
    summary: "Twilio asks what to do with an answered call",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({ CallSid: z.string().max(64), CallStatus: z.string().max(32).optional() }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceStatus: route({
    method: "POST",
    path: "/api/voice/status",
    summary: "Twilio reports a call's progress",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({
      CallSid: z.string().max(64),
      CallStatus: z.string().max(32),
      SequenceNumber: z
        .string()
        .regex(/^\d{1,6}$/)
        .default("0"),
      Timestamp: z.string().max(64).optional(),
      CallDuration: z
        .string()
        .regex(/^\d{1,7}$/)
        .optional(),
      SipResponseCode: z.string().max(8).optional(),
    }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceAmd: route({
    method: "POST",
    path: "/api/voice/amd",
    summary: "Twilio tells who answered; a machine that the persona leaves is hung up on and costs nothing",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({ CallSid: z.string().max(64), AnsweredBy: z.string().max(32) }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceStreamStatus: route({
    method: "POST",
    path: "/api/voice/stream-status",
    summary: "Twilio tells that a media stream began, ended or failed; kept with the call",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({
      CallSid: z.string().max(64),
      StreamSid: z.string().max(64),
      StreamEvent: z.string().max(32),
      StreamError: z.string().max(500).optional(),
    }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceAfterStream: route({
    method: "POST",
    path: "/api/voice/after-stream",
    summary: "Twilio asks what to do when the stream is over and the call is not",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    query: z.looseObject({ call_id: id }),
    body: z.looseObject({ CallSid: z.string().max(64) }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: ["NOT_FOUND"],
  }),
  voiceStream: route({
    method: "GET",
    path: "/api/voice/stream",
    summary: "Where media streams go: a redirect to the voice pipeline for a WebSocket",
    tag: "Voice",
    caller: "none",
    rateLimit: { limit: 60, window: "minute", per: "ip" },
    needsNoDatabase: true,
    upgrade: true,
    success: { status: 101, schema: z.string() },
    errors: [],
  }),
  voiceMessage: route({
    method: "POST",
    path: "/api/voice/message",
    summary:
      "Twilio passes on an SMS to our number: STOP ends all calls to its sender, START allows them again",
    tag: "Voice",
    caller: "twilio",
    rateLimit: null,
    body: z.looseObject({
      MessageSid: z.string().max(64),
      From: z.string().max(32),
      Body: z.string().max(5000),
    }),
    bodyFormat: "form",
    success: { status: 200, schema: z.string(), contentType: "text/xml" },
    errors: [],
  }),
};
