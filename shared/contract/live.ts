// A call as it happens, over a WebSocket: its state, what both sides say, and what the meter runs on.
import * as z from "zod";
import { callStatuses } from "../domain/call-state.ts";
import { dollars, id, time } from "./fields.ts";
import { route } from "./route.ts";
import { endReason, fault, turnLatency } from "./voice.ts";

/** The WebSocket subprotocols of a client: this one, and `bearer.` with its token, since browsers send no header. */
export const liveProtocol = "callmeback.live";
export const tokenProtocol = "bearer.";

/** The socket's last word when its token is good no more: revoked, or of an account that was suspended or left. */
export const unauthorizedClose = 4401;

/** What a client hears. Only turns are numbered: they are what a client that comes back must neither miss nor get twice. */
export const liveMessage = z.discriminatedUnion("type", [
  /** The state of the call, at once after connecting and whenever it changes. After an end the socket closes with 1000. */
  z.strictObject({
    type: z.literal("call"),
    call: z.strictObject({
      id,
      status: z.enum(callStatuses),
      end_reason: endReason.nullable(),
      fault: fault.nullable(),
      start_time: time.nullable(),
      end_time: time.nullable(),
      duration: z.int().nullable(),
      cost: dollars.nullable(),
    }),
    /** The price runs from `start_time`: connection, then by the second, never above the hold. Dollars. */
    meter: z.strictObject({ connection: dollars, per_minute: dollars, at_most: dollars }),
  }),
  /** One turn, final. `seq` grows; come back with `?after=<the last one>`. */
  z.strictObject({
    type: z.literal("turn"),
    seq: z.int(),
    speaker: z.enum(["caller", "persona"]),
    text: z.string(),
    started_at: time,
    ended_at: time,
    interrupted: z.boolean(),
    latency: turnLatency.nullable(),
  }),
  /** The words so far of a turn that goes on; each replaces the one before of the same speaker. May be lost without harm. */
  z.strictObject({ type: z.literal("words"), speaker: z.enum(["caller", "persona"]), text: z.string() }),
]);
export type LiveMessage = z.infer<typeof liveMessage>;
export type LiveWords = Extract<LiveMessage, { type: "words" }>;

export const liveRoutes = {
  liveCall: route({
    method: "GET",
    path: "/api/calls/:id/live",
    summary: "Watch a call of one's own: a WebSocket with its state and both sides' words as they are spoken",
    tag: "Calls",
    caller: "user",
    rateLimit: { limit: 60, window: "minute", per: "user" },
    upgrade: true,
    params: z.strictObject({ id }),
    query: z.strictObject({
      after: z
        .string()
        .regex(/^\d{1,9}$/, "must be the last turn's number")
        .transform(Number)
        .default(0),
    }),
    success: { status: 101, schema: liveMessage },
    errors: ["NOT_FOUND"],
  }),
};
