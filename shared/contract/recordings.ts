// Recordings of calls: whoever was called may listen to theirs and delete it. Nobody else can, not even the persona's owner.
import * as z from "zod";
import { id, message, time } from "./fields.ts";
import { route } from "./route.ts";

/** That a call has one, and how much of it there is. */
export const recordingOfCall = z.strictObject({ seconds: z.number() });

const ofCall = { path: "/api/calls/:id/recording", tag: "Calls", params: z.strictObject({ id }) } as const;

export const recordingRoutes = {
  getRecording: route({
    ...ofCall,
    method: "GET",
    summary: "An address under which a recording of one's own can be fetched for five minutes",
    caller: "user",
    rateLimit: { limit: 30, window: "minute", per: "user" },
    success: { status: 200, schema: z.strictObject({ url: z.string(), expires_at: time }) },
    errors: ["NOT_FOUND"],
  }),
  deleteRecording: route({
    ...ofCall,
    method: "DELETE",
    summary: "Delete a recording of one's own, for good",
    caller: "user",
    rateLimit: { limit: 30, window: "minute", per: "user" },
    success: { status: 200, schema: message },
    errors: ["NOT_FOUND"],
  }),
  playRecording: route({
    method: "GET",
    path: "/api/recordings/:token",
    summary:
      "The sound of a recording, the caller left and the persona right, for whoever was given the address",
    tag: "Calls",
    caller: "none",
    rateLimit: { limit: 120, window: "minute", per: "ip" },
    params: z.strictObject({
      token: z
        .string()
        .regex(
          /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{10}\.[\w-]{43}$/,
          "must be as GET /api/calls/:id/recording gives it",
        ),
    }),
    success: { status: 200, schema: z.string(), contentType: "audio/wav" },
    // Signed by nobody of us, too old, and deleted meanwhile.
    errors: ["INVALID_SIGNATURE", "ADDRESS_EXPIRED", "NOT_FOUND"],
  }),
};
