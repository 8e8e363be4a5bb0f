// Twilio's questions and the voice pipeline's reports go to the orchestrator.
import type { twilioRoutes } from "@callmeback/shared/contract/twilio-webhooks";
import type { voiceSessionRoutes } from "@callmeback/shared/contract/voice-sessions";
import type { Handlers } from "./index.ts";

/** The pipeline's address as a browser's redirect wants it. */
const asHttp = (address: string) => `${address.replace(/^ws/, "http")}/stream`;

export const voiceHandlers: Handlers<keyof typeof twilioRoutes | keyof typeof voiceSessionRoutes> = {
  voiceAnswer: ({ env, context, query, body }) => env.CALLS.answer(context, query.call_id, body),
  voiceStatus: ({ env, context, query, body }) => env.CALLS.progress(context, query.call_id, body),
  voiceAmd: ({ env, context, query, body }) => env.CALLS.answeredBy(context, query.call_id, body),
  voiceAfterStream: ({ env, context, query, body }) => env.CALLS.afterStream(context, query.call_id, body),
  voiceStreamStatus: ({ env, context, query, body }) => env.CALLS.streamStatus(context, query.call_id, body),
  voiceStream: async ({ env }) =>
    new Response(null, { status: 307, headers: { Location: asHttp(env.VOICE_PUBLIC_URL) } }),
  voiceMessage: ({ env, context, body }) => env.CALLS.receiveMessage(context, body),
  voiceOpenSession: ({ env, context, body }) => env.CALLS.openSession(context, body),
  voiceJournal: ({ env, context, params, body }) =>
    env.CALLS.recordJournal(context, params.call_id, body.entries),
  voiceLive: ({ env, context, params, body }) => env.CALLS.showWords(context, params.call_id, body),
  voiceRecording: ({ env, context, params, body }) =>
    env.CALLS.takeRecordingPart(context, params.call_id, params.part, body),
  voiceReplay: ({ env, context, params, body }) => env.CALLS.takeReplay(context, params.call_id, body),
  voiceFunction: ({ env, context, params, body }) => env.CALLS.callFunction(context, params.call_id, body),
  voiceHangup: ({ env, context, params }) => env.CALLS.endByVoice(context, params.call_id),
};
