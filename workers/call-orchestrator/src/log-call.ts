// Writes down a call that an outside agent made. Its words are sealed before the database sees them.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import { fingerprint } from "./call-wish.ts";
import type { CallDeps } from "./env.ts";
import { callColumns, callRow, presentCall } from "./present-call.ts";
import { sealWords } from "./sealed-words.ts";

const loggedRow = callRow.extend({ request_fingerprint: z.string() });

/** Errors: `VALIDATION_ERROR`, `IDEMPOTENCY_CONFLICT`. */
export async function logCall(
  { database, cipher, now }: CallDeps,
  { actor }: UserContext,
  told: RouteInput<Contract["logCall"]>["body"],
  idempotencyKey: string | null,
): Promise<RouteOutput<Contract["logCall"]>> {
  const { transcript, notes, agent_name, caller_phone, started_at, duration_seconds, ...facts } = told;
  const startedMs =
    started_at === undefined ? now().getTime() - duration_seconds * 1000 : Date.parse(started_at);
  if (startedMs > now().getTime()) {
    const fields = [{ path: "started_at", message: "must not be in the future" }];
    return fail("VALIDATION_ERROR", "started_at must not be in the future.", { details: { fields } });
  }
  const [id, print] = [uuidv7(), await fingerprint(told)];
  const words = await sealWords(cipher, id, { transcript: transcript ?? null, notes: notes ?? null });
  const [, [call]] = await transact(
    database,
    actor,
    rows(z.object({}))`
      insert into calls (id, tenant_id, user_id, origin, direction, status, persona, phone_number, request_fingerprint,
        idempotency_key, created_at, answered_at, ended_at, duration_seconds, agent_log, sealed_words)
      select ${id}, app.tenant_id(), app.user_id(), 'logged', 'inbound', 'completed',
        jsonb_build_object('name', ${agent_name}::text), ${caller_phone ?? null}, ${print}, ${idempotencyKey},
        began, began, began + make_interval(secs => ${duration_seconds}::float8), round(${duration_seconds}::float8)::int,
        ${JSON.stringify(facts)}::jsonb, ${words}
      from (values (${new Date(startedMs).toISOString()}::timestamptz)) as given(began)
      on conflict do nothing`,
    rows(loggedRow)`
      select ${callColumns}, c.request_fingerprint from calls c
      where c.user_id = app.user_id() and (c.id = ${id} or c.idempotency_key = ${idempotencyKey})
      limit 1`,
  );
  if (call === undefined) throw new Error("The insert of a logged call returned no row.");
  if (call.request_fingerprint !== print) {
    return fail("IDEMPOTENCY_CONFLICT", "This idempotency key was used for another call. Make a new one.");
  }
  return { call: presentCall(call, transcript ?? null) };
}
