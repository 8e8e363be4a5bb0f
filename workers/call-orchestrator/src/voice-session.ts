// One call's talk with its voice pipeline: what is made ready while it rings, the answer that points Twilio there, the one-use
// token, the journal.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteInput, RouteOutput } from "@callmeback/shared/contract/route";
import type { JournalEntry } from "@callmeback/shared/contract/voice";
import { creditCents } from "@callmeback/shared/domain/pricing";
import { system } from "@callmeback/shared/rpc/context";
import { type Query, rows, sql, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { type CallSession, callSession, sessionColumns, sessionOf } from "./call-session.ts";
import { concludeStatements } from "./conclude.ts";
import type { CallDeps } from "./env.ts";
import { isErased } from "./erased-call.ts";
import { sha256 } from "./fingerprint.ts";
import { suppress } from "./suppressions.ts";
import { hangUpTwiml, streamTwiml } from "./twiml.ts";

const nothing = z.object({});
const acknowledgement = z.object({ acknowledged: z.int() });

/** A stream's token opens one stream of one call, once, for this long. */
const tokenSeconds = 60;

/** TwiML for an answered call: a stream to the pipeline, or a hang-up when the call is over here. Errors: `NOT_FOUND`. */
export async function answerCall(deps: CallDeps, callId: string, sid: string): Promise<string> {
  const { token, hash } = await deps.streamToken(callId);
  const [[opened], [known]] = await transact(
    deps.database,
    system,
    rows(z.object({ id: z.string() }))`
      update calls set twilio_sid = ${sid}, status = 'in-progress', answered_at = coalesce(answered_at, now()),
        stream_token_hash = ${hash},
        stream_token_expires_at = now() + make_interval(secs => ${tokenSeconds}::int)
      where id = ${callId} and coalesce(twilio_sid, ${sid}) = ${sid}
        and ended_at is null and carrier_ended_at is null and stream_opened_at is null
      returning id`,
    rows(z.object({ id: z.string() }))`
      select id from calls where id = ${callId} and coalesce(twilio_sid, ${sid}) = ${sid}`,
  );
  if (opened !== undefined) {
    const afterUrl = `${deps.publicUrl}/api/voice/after-stream?call_id=${callId}`;
    return streamTwiml(deps.voice.streamUrl, afterUrl, { call_id: callId, stream_token: token });
  }
  return known === undefined ? fail("NOT_FOUND", "There is no such call.") : hangUpTwiml();
}

/** Spends the token and gives the call's context. Errors: `INVALID_STREAM_TOKEN` for a wrong, used, expired or another call's. */
export async function openSession(
  deps: CallDeps,
  input: RouteInput<Contract["voiceOpenSession"]>["body"],
): Promise<RouteOutput<Contract["voiceOpenSession"]>> {
  const [[session]] = await transact(
    deps.database,
    system,
    rows(callSession)`
      update calls c set stream_opened_at = now(), stream_sid = ${input.stream_sid}, stream_node = ${input.node},
        stream_token_hash = null
      from users u
      where c.id = ${input.call_id} and u.id = c.user_id and c.twilio_sid = ${input.call_sid}
        and c.stream_token_hash = ${await sha256(input.stream_token)} and c.stream_token_expires_at > now()
        and c.stream_opened_at is null and c.ended_at is null
      returning ${sessionColumns}`,
  );
  if (session === undefined) {
    return fail("INVALID_STREAM_TOKEN", "This token does not open a stream of this call.");
  }
  return {
    session: await sessionOf(deps.cipher, session),
    stream_signatures: deps.streamSignatures(),
  };
}

/** Has the voice pipeline make a ringing call ready. Asks the database nothing and never fails. */
export async function prepareCall(deps: CallDeps, ringing: CallSession): Promise<void> {
  const { hash } = await deps.streamToken(ringing.id);
  await deps.voice.prepare({
    session: await sessionOf(deps.cipher, ringing),
    stream_signatures: deps.streamSignatures(),
    stream_token_hash: hash,
  });
}

/**
 * Takes entries once each; the answer says up to which `seq` none is missing. Of a call that is erased only its end is taken, and
 * all is acknowledged, so that the pipeline deletes what it holds. Errors: `NOT_FOUND`.
 */
export async function recordJournal(
  deps: CallDeps,
  callId: string,
  entries: JournalEntry[],
): Promise<{ acknowledged: number; ended: boolean }> {
  const statements = [
    rows(nothing)`select from calls where id = ${callId} for update`,
    ...(await Promise.all(entries.map((entry) => entryStatements(deps, callId, entry)))).flat(),
  ];
  const results = await transact(
    deps.database,
    system,
    ...statements,
    rows(acknowledgement)`
      select case when ${isErased} then ${entries.at(-1)?.seq ?? 0}::int
        else (select count(*)::int from (
          select seq, row_number() over (order by seq) as place
          from call_events where call_id = ${callId} and source = 'voice') e where seq = place)
        end as acknowledged
      from calls where id = ${callId}`,
    ...concludeStatements(callId),
  );
  const [taken] = z.array(acknowledgement).parse(results[statements.length]);
  if (taken === undefined) return fail("NOT_FOUND", "There is no such call.");
  return { acknowledged: taken.acknowledged, ended: (results[statements.length + 1]?.length ?? 0) > 0 };
}

/** The call, if words of it may be kept. Its row is locked by now: none slips in while it is being erased. */
const kept = (callId: string) => sql`calls where id = ${callId} and not ${isErased}`;

async function entryStatements(
  deps: CallDeps,
  callId: string,
  entry: JournalEntry,
): Promise<Query<object>[]> {
  const { seq, at, type } = entry;
  const payload = JSON.stringify(await payloadOf(deps, callId, entry));
  const event = rows(nothing)`
    insert into call_events (call_id, tenant_id, user_id, source, key, seq, type, payload, at)
    select id, tenant_id, user_id, 'voice', ${String(seq)}, ${seq}, ${type}, ${payload}::jsonb, ${at}
    from ${kept(callId)} on conflict do nothing`;
  if (entry.type === "turn") {
    const sealed = await deps.cipher.seal(callId, seq, entry.text);
    const latency = entry.latency === null ? null : JSON.stringify(entry.latency);
    return [
      event,
      rows(nothing)`
        insert into call_turns (call_id, seq, tenant_id, user_id, speaker, encrypted_text, started_at, ended_at,
          interrupted, latency)
        select id, ${seq}, tenant_id, user_id, ${entry.speaker}, ${sealed}, ${entry.started_at}, ${entry.ended_at},
          ${entry.interrupted}::boolean, ${latency}::jsonb
        from ${kept(callId)} on conflict do nothing`,
    ];
  }
  if (entry.type === "opt_out") {
    // Before its event is stored: one that comes again, perhaps after START, must not suppress again.
    const wish = sql`select phone_number from ${kept(callId)}
      and not exists (select from call_events where call_id = ${callId} and source = 'voice' and key = ${String(seq)})`;
    return [suppress(wish, entry.source, entry.evidence), event];
  }
  if (entry.type === "recording" && entry.consent === "withdrawn")
    return [event, rows(nothing)`delete from call_recordings where call_id = ${callId}`];
  if (entry.type === "ended") {
    return [
      event,
      rows(nothing)`
        update calls set reported_at = now(), reported_reason = ${entry.end_reason}, reported_fault = ${entry.fault},
          usage = ${JSON.stringify(entry.usage)}::jsonb, lost_seconds = ${entry.lost_seconds},
          credit_cents = case when ended_at is null then ${creditCents(entry.lost_seconds)}::int else credit_cents end
        where id = ${callId} and reported_at is null`,
    ];
  }
  return [event];
}

/** What of an entry is kept in clear: no word of anybody. */
async function payloadOf(deps: CallDeps, callId: string, entry: JournalEntry): Promise<object> {
  const { seq, at: _, type: __, ...facts } = entry;
  if (entry.type === "turn") return { ...facts, text: undefined };
  if (entry.type === "function") {
    // Both may hold what somebody said.
    const words = JSON.stringify({ arguments: entry.arguments, result: entry.result });
    return {
      ...facts,
      arguments: undefined,
      result: undefined,
      sealed: await deps.cipher.seal(callId, seq, words),
    };
  }
  if (entry.type === "recording" || entry.type === "opt_out")
    return { ...facts, evidence: await deps.cipher.seal(callId, seq, entry.evidence) };
  return facts;
}
