// A persona does in a call what its maker's service does for it. It is asked once, and whatever becomes of that is told to the
// model in words: it is the persona that must say something now.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import { functionFields } from "@callmeback/shared/contract/functions";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { failedFunction } from "@callmeback/shared/domain/functions";
import { log } from "@callmeback/shared/domain/log";
import { system } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "../env.ts";
import { argumentsOf } from "./arguments.ts";
import { askMaker } from "./ask-maker.ts";

const callRow = z.object({
  persona_id: z.string(),
  tenant_id: z.string().nullable(),
  functions: functionFields,
});

/** Errors: `NOT_FOUND` when nobody holds such a call. */
export async function callFunction(
  deps: CallDeps,
  callId: string,
  wish: RouteInput<Contract["voiceFunction"]>["body"],
): Promise<RouteOutput<Contract["voiceFunction"]>> {
  const [[call]] = await transact(
    deps.database,
    system,
    rows(callRow)`
      select persona->>'id' as persona_id, persona->>'tenant_id' as tenant_id,
        coalesce(persona->'functions', '[]'::jsonb) as functions
      from calls where id = ${callId} and stream_opened_at is not null and ended_at is null`,
  );
  if (call === undefined) return fail("NOT_FOUND", "There is no such call.");
  const wanted = call.functions.find(({ name }) => name === wish.name);
  if (wanted === undefined || call.tenant_id === null) return failedFunction("there is no such function.");
  const given = argumentsOf(wanted.parameters, wish.arguments);
  if (given === null) return failedFunction("the arguments make no sense.");
  const { persona_id, tenant_id } = call;
  const data = { call_id: callId, persona_id, function: wish.name, arguments: given };
  try {
    return { ok: true, result: await askMaker(deps, tenant_id, wanted.url, wish.id, data) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log({ worker: "call-orchestrator", event: "function failed", callId, function: wish.name, why });
    return failedFunction(why);
  }
}
