// What a persona's maker can tell our requests by: Standard Webhooks, with one secret for each tenant.

import type { UserContext } from "@callmeback/shared/rpc/context";
import { rows, transact } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import { type DerivedKey, hmac, hmacKey } from "../derived-key.ts";
import type { CallDeps } from "../env.ts";

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

const keyOf = (derived: DerivedKey, tenantId: string) => derived(`the functions of tenant ${tenantId}`);

export async function functionSecret(
  { database, derived }: CallDeps,
  { actor }: UserContext,
): Promise<{ secret: string }> {
  const [[own]] = await transact(
    database,
    actor,
    rows(z.object({ tenant_id: z.string() }))`select app.tenant_id()::text as tenant_id`,
  );
  if (own === undefined) throw new Error("A select without a table returned no row.");
  return { secret: `whsec_${base64(await keyOf(derived, own.tenant_id))}` };
}

/** @param id of the request; the receiver tells a repetition by it */
export async function signedHeaders(
  derived: DerivedKey,
  tenantId: string,
  { id, at, body }: { id: string; at: Date; body: string },
): Promise<Record<string, string>> {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const key = await hmacKey(await keyOf(derived, tenantId));
  return {
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": `v1,${base64(await hmac(key, `${id}.${seconds}.${body}`))}`,
  };
}
