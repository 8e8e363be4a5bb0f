// The public API, whole. A route that is not here does not exist; an entry without a handler does not compile.
import { authRoutes } from "./auth.ts";
import { callRoutes } from "./calls.ts";
import { healthRoutes } from "./health.ts";
import { personaRoutes } from "./personas.ts";
import { userRoutes } from "./user.ts";
import { voiceRoutes } from "./voice.ts";

export const contract = {
  ...authRoutes,
  ...userRoutes,
  ...personaRoutes,
  ...callRoutes,
  ...voiceRoutes,
  ...healthRoutes,
};

export type Contract = typeof contract;
export type RouteName = keyof Contract;
