// What the stack says when it is ready: where everything is, and what to try next. It names only what exists.
import { demoAccount } from "./demo-account.ts";
import type { Stack } from "./start-stack.ts";

export function welcome(stack: Stack, mode: "dev" | "stack", logFile: string): string {
  const where = [
    `  API       ${stack.gatewayUrl}`,
    `  API docs  ${stack.gatewayUrl}/api/docs`,
    `  voice     ${stack.voiceUrl}`,
    `  database  ${stack.sqlUrl}`,
    ...(stack.sandboxed.length === 0
      ? []
      : [`  sandbox   ${stack.sandboxUrl}  (plays ${stack.sandboxed.join(", ")})`]),
    ...(mode === "dev" ? [`  operators ${stack.webUrl}/admin`] : []),
    `  log       ${logFile}`,
  ];
  const app = [
    `Open  ${stack.webUrl}`,
    ...(stack.hasDemoAccount
      ? [`  and log in as ${demoAccount.email} with the password ${demoAccount.password}`]
      : []),
  ];
  const next = [
    "Try next, in another terminal:",
    `  curl ${stack.gatewayUrl}/api/health`,
    `  curl ${stack.gatewayUrl}/api/personas`,
    "README.md says what else there is.",
  ];
  const isDev = mode === "dev";
  const parts = [
    "",
    "CallMeBack is ready.",
    ...(isDev ? ["", ...app, ""] : []),
    ...where,
    "",
    ...(isDev ? [...next, ""] : []),
  ];
  return `${parts.join("\n")}\nCtrl-C stops everything.\n`;
}
