// One transaction, one HTTP round trip: become the Worker's role, take the actor's identity, do the work.

import type { ErrorCode } from "@callmeback/shared/contract/errors";
import { errorStatus, Failure } from "@callmeback/shared/contract/errors";
import { logFault } from "@callmeback/shared/domain/log";
import type { Actor } from "@callmeback/shared/rpc/context";
import type { Row, Statement } from "@callmeback/shared/rpc/database";
import { NeonDbError, neon, neonConfig } from "@neondatabase/serverless";
import { columnParsers } from "./column-parsers.ts";
import type { WorkerRole } from "./worker-role.ts";

export interface DatabaseConfig {
  /** The application's login role, as a PostgreSQL URL. */
  databaseUrl: string;
  /** Our SQL endpoint; empty for Neon. */
  endpointUrl: string;
}

/**
 * Runs the statements as `actor` under `role`. A user's token is checked for revocation in the same transaction.
 * Errors: as `DatabaseRpc.transact`.
 */
export async function runTransaction(
  config: DatabaseConfig,
  role: WorkerRole,
  actor: Actor,
  statements: Statement[],
): Promise<Row[][]> {
  if (config.endpointUrl !== "") neonConfig.fetchEndpoint = config.endpointUrl;
  const client = neon(config.databaseUrl);
  try {
    const [, , ...results] = await client.transaction([
      client.query("select set_config('role', $1, true)", [role]),
      client.query("select app.enter($1, $2, $3, $4)", identityOf(actor)),
      ...statements.map(({ text, values }) => client.query(text, values, { types: columnParsers })),
    ]);
    return results as Row[][];
  } catch (error) {
    throw translate(error);
  }
}

function identityOf(actor: Actor): (string | number | null)[] {
  switch (actor.kind) {
    case "user":
      return [actor.kind, actor.userId, actor.tokenId, actor.issuedAt];
    case "person":
      return [actor.kind, actor.userId, null, null];
    case "admin":
      return [actor.kind, actor.adminId, actor.tokenId, actor.issuedAt];
    default:
      return [actor.kind, null, null, null];
  }
}

/** A coded failure for what the actor may know; a plain error, with the constraint's name, for the Worker to judge. */
function translate(error: unknown): Error {
  if (!(error instanceof NeonDbError)) return error instanceof Error ? error : new Error(String(error));
  if (error.code === "CB001") {
    const [code = "", ...words] = error.message.split(": ");
    if (isErrorCode(code)) return new Failure(code, words.join(": "));
  }
  if (error.code === undefined || unreachable.test(error.code)) {
    logFault({ worker: "database-proxy", event: "database unreachable" }, error);
    return new Failure("SERVICE_UNAVAILABLE", "The database does not answer. Try again in a moment.", {
      retryAfter: 2,
    });
  }
  const fault = new Error(`${error.code} ${error.message}`);
  return error.constraint === undefined ? fault : Object.assign(fault, { constraint: error.constraint });
}

/** SQLSTATE classes that say the server is away, full or shutting down. */
const unreachable = /^(08|53|57P)/;

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorStatus, code);
