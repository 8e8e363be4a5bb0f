// Recordings belong to the orchestrator, which streams them itself: it alone can open what is sealed.
import type { recordingRoutes } from "@callmeback/shared/contract/recordings";
import type { Handlers } from "./index.ts";

export const recordingHandlers: Handlers<keyof typeof recordingRoutes> = {
  getRecording: ({ env, context, params }) => env.CALLS.recordingAddress(context, params.id),
  deleteRecording: ({ env, context, params }) => env.CALLS.deleteRecording(context, params.id),
  playRecording: ({ env, context, params, request }) =>
    env.CALLS.playRecording(context, params.token, request.headers.get("Range")),
};
