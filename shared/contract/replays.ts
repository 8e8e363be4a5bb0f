// What a call's core was told and decided, to run it again (docs/replay.md). It is what people said: whoever was called reads
// theirs, and nobody else.
import * as z from "zod";
import { id } from "./fields.ts";
import { route } from "./route.ts";

export const replayRoutes = {
  getReplay: route({
    method: "GET",
    path: "/api/calls/:id/replay",
    summary: "The events and decisions of a call of one's own, one JSON value a line, to run it again",
    tag: "Calls",
    caller: "user",
    rateLimit: { limit: 30, window: "minute", per: "user" },
    params: z.strictObject({ id }),
    success: { status: 200, schema: z.string(), contentType: "application/x-ndjson" },
    errors: ["NOT_FOUND"],
  }),
};
