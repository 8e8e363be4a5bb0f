// The one keeper of rows: every statement of every Worker passes here, as somebody, in one round trip.
// It holds the database's secret and no business rule.
import { WorkerEntrypoint } from "cloudflare:workers";
import { withRequestId } from "@callmeback/shared/domain/request-id";
import type { Actor } from "@callmeback/shared/rpc/context";
import type { DatabaseRpc, Row, Statement } from "@callmeback/shared/rpc/database";
import { runTransaction } from "./transact.ts";
import { workerRole } from "./worker-role.ts";

interface Env {
  DATABASE_URL: string;
  SQL_ENDPOINT_URL: string;
}

/** Set on the binding, so that a Worker cannot claim to be another. */
interface Props {
  worker: string;
}

export class DatabaseProxy extends WorkerEntrypoint<Env, Props> implements DatabaseRpc {
  transact(actor: Actor, statements: Statement[], requestId?: string): Promise<Row[][]> {
    const work = () => runTransaction(this.#config(), workerRole(this.ctx.props.worker), actor, statements);
    return requestId === undefined ? work() : withRequestId(requestId, work);
  }

  async health(): Promise<void> {
    await runTransaction(this.#config(), workerRole(this.ctx.props.worker), { kind: "anonymous" }, []);
  }

  #config() {
    return { databaseUrl: this.env.DATABASE_URL, endpointUrl: this.env.SQL_ENDPOINT_URL };
  }
}

/** Nothing may be asked of this Worker without saying which Worker asks. */
export default {
  fetch: () => new Response(null, { status: 404 }),
};
