// The events of calls belong to the orchestrator, which streams them itself: it alone can open what is sealed.
import type { replayRoutes } from "@callmeback/shared/contract/replays";
import type { Handlers } from "./index.ts";

export const replayHandlers: Handlers<keyof typeof replayRoutes> = {
  getReplay: ({ env, context, params }) => env.CALLS.readReplay(context, params.id),
};
