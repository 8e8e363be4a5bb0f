// Watching a call: allowed by the orchestrator, whose Durable Object takes the socket.
import { liveProtocol, type liveRoutes } from "@callmeback/shared/contract/live";
import { watcherHeader } from "@callmeback/shared/rpc/context";
import type { ResponseHandler } from "../handler.ts";

export const liveHandlers: { [K in keyof typeof liveRoutes]: ResponseHandler<(typeof liveRoutes)[K]> } = {
  liveCall: async ({ env, context, params, query }) => {
    await env.CALLS.mayWatch(context, params.id);
    return env.CALLS.fetch(
      new Request(`https://calls/live/${params.id}?after=${query.after}`, {
        headers: {
          Upgrade: "websocket",
          "Sec-WebSocket-Protocol": liveProtocol,
          [watcherHeader]: JSON.stringify(context.actor),
        },
      }),
    );
  },
};
