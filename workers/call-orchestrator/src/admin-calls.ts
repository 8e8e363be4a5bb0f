// Calls as an operator sees them: everybody's, without a word of what was said; and what they cost.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import { callCosts } from "@callmeback/shared/domain/costs";
import { dollars } from "@callmeback/shared/domain/pricing";
import { audit } from "@callmeback/shared/rpc/audit";
import type { AdminContext } from "@callmeback/shared/rpc/context";
import { rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";
import { endCall } from "./hang-up.ts";
import { callColumns, callRow, presentCall } from "./present-call.ts";

export async function adminListCalls(
  { database }: CallDeps,
  { actor }: AdminContext,
  { page, limit, live, user_id }: RouteInput<Contract["adminListCalls"]>["query"],
): Promise<RouteOutput<Contract["adminListCalls"]>> {
  const isLive = live === undefined ? sql`true` : sql`c.status in ('initiated', 'ringing', 'in-progress')`;
  const matching = sql`${isLive} and (${user_id ?? null}::uuid is null or c.user_id = ${user_id ?? null}::uuid)`;
  const [calls, [count]] = await transact(
    database,
    actor,
    rows(callRow)`
      select ${callColumns} from calls c where ${matching}
      order by c.created_at desc, c.id desc limit ${limit} offset ${(page - 1) * limit}`,
    rows(z.object({ total: z.int() }))`select count(*)::int as total from calls c where ${matching}`,
  );
  const total = count?.total ?? 0;
  const shown = calls.map((each) => {
    const { transcript: _, ...call } = presentCall(each, null);
    return call;
  });
  return { calls: shown, pagination: { page, limit, total, pages: Math.ceil(total / limit) } };
}

/** Errors: `NOT_FOUND`, `TWILIO_ERROR`. */
export async function adminHangUpCall(
  deps: CallDeps,
  context: AdminContext,
  id: string,
): Promise<RouteOutput<Contract["adminHangUpCall"]>> {
  await endCall(deps, context.actor, id, true, [
    audit(context, "call.hangup", id, sql`exists (select from calls where id = ${id})`),
  ]);
  return { message: "The call is being ended" };
}

const dayRow = z.object({
  day: z.string(),
  calls: z.int(),
  unmeasured: z.int(),
  seconds: z.int(),
  minutes: z.int(),
  stream_minutes: z.int(),
  stt_seconds: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  characters: z.number(),
  captured_cents: z.int(),
  captures: z.int(),
});

/** Every price is per unit, so the units of a day are summed and priced once. */
export async function adminCosts(
  { database, costs: table }: CallDeps,
  { actor }: AdminContext,
  { from_date, to_date }: RouteInput<Contract["adminCosts"]>["query"],
): Promise<RouteOutput<Contract["adminCosts"]>> {
  if (from_date !== undefined && to_date !== undefined && Date.parse(from_date) > Date.parse(to_date)) {
    const fields = [{ path: "to_date", message: "must not be before from_date" }];
    return fail("VALIDATION_ERROR", "to_date must not be before from_date.", { details: { fields } });
  }
  const [days] = await transact(
    database,
    actor,
    rows(dayRow)`
      select to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::int as calls,
        count(*) filter (where c.stream_opened_at is not null and c.usage is null)::int as unmeasured,
        coalesce(sum(c.duration_seconds), 0)::int as seconds,
        coalesce(sum(ceil(c.duration_seconds / 60.0)), 0)::int as minutes,
        coalesce(sum(ceil(c.duration_seconds / 60.0)) filter (where c.stream_opened_at is not null), 0)::int as stream_minutes,
        coalesce(sum((c.usage->>'speech_to_text_seconds')::float8), 0)::float8 as stt_seconds,
        coalesce(sum((c.usage->>'llm_input_tokens')::float8), 0)::float8 as input_tokens,
        coalesce(sum((c.usage->>'llm_output_tokens')::float8), 0)::float8 as output_tokens,
        coalesce(sum((c.usage->>'speech_characters')::float8), 0)::float8 as characters,
        coalesce(sum(m.capture_cents) filter (where m.state in ('captured', 'refunded')), 0)::int as captured_cents,
        count(*) filter (where m.state in ('captured', 'refunded') and m.capture_cents > 0)::int as captures
      from calls c left join payments m on m.id = c.payment_id
      where c.origin <> 'logged' and c.created_at >= coalesce(${from_date ?? null}::timestamptz, now() - interval '30 days')
        and c.created_at <= coalesce(${to_date ?? null}::timestamptz, now())
      group by 1 order by 1 desc`,
  );
  return { days: days.map((day) => priced(day, table)) };
}

function priced(day: z.infer<typeof dayRow>, table: CallDeps["costs"]) {
  const measured = callCosts(
    {
      durationSeconds: 0,
      hasStream: false,
      speechToTextSeconds: day.stt_seconds,
      llmInputTokens: day.input_tokens,
      llmOutputTokens: day.output_tokens,
      speechCharacters: day.characters,
      capturedCents: 0,
    },
    table,
  );
  const costOf = (provider: string) =>
    (measured.find((line) => line.provider === provider)?.microdollars ?? 0) / 1_000_000;
  const exact = (amount: number) => Math.round(amount * 1_000_000) / 1_000_000;
  return {
    day: day.day,
    calls: day.calls,
    minutes: Math.round(day.seconds / 60),
    revenue: dollars(day.captured_cents),
    costs: {
      twilio: exact(day.minutes * table.twilio_minute + day.stream_minutes * table.twilio_stream_minute),
      deepgram: costOf("deepgram"),
      llm: costOf("llm"),
      elevenlabs: costOf("elevenlabs"),
      stripe: exact((day.captured_cents / 100) * table.stripe_share + day.captures * table.stripe_capture),
    },
    unmeasured: day.unmeasured,
  };
}

/** Voice nodes as their calls show them. */
export async function voiceNodes({ database }: CallDeps, { actor }: AdminContext) {
  const [nodes] = await transact(
    database,
    actor,
    rows(z.object({ node: z.string(), live_calls: z.int(), last_call_at: z.string() }))`
      select stream_node as node, count(*) filter (where ended_at is null)::int as live_calls,
        max(stream_opened_at) as last_call_at
      from calls where stream_opened_at > now() - interval '1 day' and stream_node is not null
      group by 1 order by 1`,
  );
  return nodes;
}
