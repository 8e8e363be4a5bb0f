// The phone in the profile is proved by a code: six digits, ten minutes, five tries, bound to the number and the person.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import { uuidv7 } from "uuidv7";
import * as z from "zod";
import type { AuthDeps } from "./env.ts";

const mostTries = 5;
const nothing = z.object({});
const phoneRow = z.object({
  phone: z.string(),
  phone_verified: z.boolean(),
  alive_sids: z.array(z.string()),
});

/** Two round trips: Verify sends the code between reading the phone and keeping the verification. */
export async function startPhoneVerification(
  { database, verify }: AuthDeps,
  { actor }: UserContext,
): Promise<RouteOutput<Contract["startPhoneVerification"]>> {
  const [[person]] = await transact(
    database,
    actor,
    rows(phoneRow)`
      select phone, phone_verified_at is not null as phone_verified, array(
        select provider_sid from phone_verifications v
        where v.user_id = u.id and state in ('pending', 'exhausted') and expires_at > now()) as alive_sids
      from users u where id = app.user_id()`,
  );
  if (person === undefined) return fail("INVALID_TOKEN", "This token belongs to nobody. Log in again.");
  if (person.phone_verified) return fail("ALREADY_EXISTS", "This phone is verified already.");
  // Verify would send the old code again, whose tries may be spent.
  await Promise.all(person.alive_sids.map((sid) => verify.cancel(sid)));
  const providerSid = await verify.send(person.phone);
  const [, , [started]] = await transact(
    database,
    actor,
    // Starts of one person wait for each other here: only one verification may be pending.
    rows(nothing)`select from users where id = app.user_id() for update`,
    rows(nothing)`
      update phone_verifications set state = 'superseded'
      where user_id = app.user_id() and state in ('pending', 'exhausted') and provider_sid <> ${providerSid}`,
    // Two starts at once are one verification at Verify: its tries and its end stay what they are.
    rows(z.object({ expires_at: z.string() }))`
      insert into phone_verifications (id, user_id, tenant_id, phone, provider_sid, expires_at)
      values (${uuidv7()}, app.user_id(), app.tenant_id(), ${person.phone}, ${providerSid}, now() + interval '10 minutes')
      on conflict (provider_sid) do update set phone = excluded.phone
      returning expires_at`,
  );
  if (started === undefined) throw new Error("The insert of a verification returned no row.");
  return {
    message: "A code is on its way to your phone",
    phone: person.phone,
    expires_at: started.expires_at,
  };
}

const tryRow = z.object({ id: z.string(), provider_sid: z.string(), phone: z.string(), attempts: z.int() });

/** Two round trips: a try is spent before Verify is asked, the outcome is kept after. */
export async function checkPhoneVerification(
  { database, verify }: AuthDeps,
  { actor }: UserContext,
  { code }: { code: string },
): Promise<RouteOutput<Contract["checkPhoneVerification"]>> {
  const [[spent], [attempt]] = await transact(
    database,
    actor,
    rows(z.object({ id: z.string() }))`
      select id from phone_verifications
      where user_id = app.user_id() and state = 'exhausted' and expires_at > now()`,
    rows(tryRow)`
      update phone_verifications v set attempts = attempts + 1,
        state = case when attempts + 1 >= ${mostTries}::int then 'exhausted' else state end
      from users u
      where u.id = app.user_id() and v.user_id = u.id and v.phone = u.phone and v.state = 'pending'
        and v.expires_at > now()
      returning v.id, v.provider_sid, v.phone, v.attempts`,
  );
  if (attempt === undefined) {
    return spent === undefined
      ? fail("INVALID_CODE", "There is no code to check, or it is older than ten minutes. Ask for a new one.")
      : fail("TOO_MANY_CODES", "This code has had its five tries. Ask for a new one.", { retryAfter: 60 });
  }
  if ((await verify.check(attempt.provider_sid, code)) !== "approved") {
    return fail("INVALID_CODE", "This is not the code.", {
      details: { attempts_left: mostTries - attempt.attempts },
    });
  }
  const [, [proved]] = await transact(
    database,
    actor,
    rows(nothing)`
      update phone_verifications set state = 'approved'
      where id = ${attempt.id} and state in ('pending', 'exhausted')`,
    rows(z.object({ id: z.string() }))`
      update users set phone_verified_at = coalesce(phone_verified_at, now()), updated_at = now()
      where id = app.user_id() and phone = ${attempt.phone}
      returning id`,
  );
  if (proved === undefined) {
    return fail(
      "INVALID_CODE",
      "The phone in your profile changed meanwhile. Ask for a code for the new one.",
    );
  }
  return { message: "Phone verified", phone: attempt.phone, phone_verified: true };
}
