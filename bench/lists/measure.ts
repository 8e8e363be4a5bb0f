// The time that a list's statements take in the database, under the Worker's own role and the person's identity: what the
// Workers send is caught on its way and run again on a connection of our own, without HTTP around it.
import { readCostTable } from "@callmeback/shared/domain/costs";
import type { DatabaseRpc, Statement } from "@callmeback/shared/rpc/database";
import { listCalls } from "../../workers/call-orchestrator/src/read-calls.ts";
import { transcriptCipher } from "../../workers/call-orchestrator/src/transcript-cipher.ts";
import { listPersonas } from "../../workers/persona/src/list-personas.ts";
import type { Filled } from "./fill.ts";

/** One list, measured in each database. */
export interface Measured {
  name: string;
  p50Ms: number[];
}

const repeats = 101;

/** The databases take turns, so that whatever else the machine does falls on all of them alike. */
export async function measure(databases: readonly Filled[]): Promise<Measured[]> {
  const asked = await Promise.all(databases.map(statementsOf));
  const measured: Measured[] = [];
  for (const [index, { name }] of (asked[0] ?? []).entries()) {
    const times = databases.map((): number[] => []);
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const [place, filled] of databases.entries()) {
        const list = asked[place]?.[index];
        if (list !== undefined) times[place]?.push(await timeOf(filled, list));
      }
    }
    measured.push({ name, p50Ms: times.map(median) });
  }
  return measured;
}

const median = (times: number[]) =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;

async function timeOf({ application, person }: Filled, { worker, statements }: List): Promise<number> {
  await application.query("begin");
  await application.query("select set_config('role', $1, true)", [`callmeback_${worker}`]);
  await application.query("select app.enter('user', $1, $2, $3)", [
    person.userId,
    person.tokenId,
    person.issuedAt,
  ]);
  const from = performance.now();
  for (const { text, values } of statements) await application.query(text, values);
  const took = performance.now() - from;
  await application.query("rollback");
  return took;
}

interface List {
  name: string;
  worker: "calls" | "persona";
  statements: Statement[];
}

/** What the Workers send for each list. */
async function statementsOf({ database, person }: Filled): Promise<List[]> {
  const context = { actor: person, requestId: "bench" };
  const caught: Statement[][] = [];
  const catching = (worker: "calls" | "persona"): DatabaseRpc => ({
    transact: (actor, statements) => {
      caught.push(statements);
      return database.as(worker).transact(actor, statements);
    },
    health: async () => {},
  });
  const calls = {
    database: catching("calls"),
    cipher: transcriptCipher(btoa("k".repeat(32))),
    costs: readCostTable(""),
  };
  const page = { page: 1, limit: 20 };
  // `listCalls` takes no more of its dependencies than these.
  const call = (more: object) => () =>
    listCalls(calls as Parameters<typeof listCalls>[0], context, { ...page, sort: "date_desc", ...more });
  const persona = (more: object) => () =>
    listPersonas(catching("persona"), context, { ...page, sort: "created_desc", ...more });
  const lists: [string, "calls" | "persona", () => Promise<unknown>][] = [
    ["calls, newest first", "calls", call({})],
    ["calls, page 40", "calls", call({ page: 40 })],
    ["calls, completed", "calls", call({ status: "completed" })],
    ["calls, dearest first", "calls", call({ sort: "cost_desc" })],
    ["personas, newest first", "persona", persona({})],
    ["personas, by name", "persona", persona({ sort: "name_asc" })],
    ["personas, page 10 000 000", "persona", persona({ page: 10_000_000 })],
    ["personas, by a rare tag", "persona", persona({ tags: ["tag777"] })],
    ["personas, found by words", "persona", persona({ search: "number 777" })],
  ];
  const found: List[] = [];
  for (const [name, worker, list] of lists) {
    caught.length = 0;
    await list();
    found.push({ name, worker, statements: caught.flat() });
  }
  return found;
}
