// The endpoint through Neon's own driver over HTTP, the same sentences on both bodies of the database.
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { type NeonQueryFunction, neon, neonConfig } from "@neondatabase/serverless";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";
import { type SqlEndpoint, startSqlEndpoint } from "./sql-endpoint.ts";

const migrationsDir = fileURLToPath(new URL("testing/fixture-migrations/", import.meta.url));
const sqlPassword = "a password: with/odd@characters%";

describe.each(["pglite", "postgres"] as const)("the SQL endpoint on %s", (body) => {
  let server: PostgresServer | undefined;
  let endpoint: SqlEndpoint;
  let sql: NeonQueryFunction<false, false>;

  const place = () => (server === undefined ? { dataDir: "memory" } : { databaseUrl: server.url });

  beforeAll(async () => {
    if (body === "postgres") server = await startPostgres();
    endpoint = await startSqlEndpoint({ port: 0, sqlPassword, migrationsDir, ...place() });
    neonConfig.fetchEndpoint = `${endpoint.url}/sql`;
    sql = neon(endpoint.connectionString);
  });

  afterAll(async () => {
    await endpoint?.close();
    await server?.close();
  });

  const asReader = (user: string) => [
    sql`set local role callmeback_reader`,
    sql`select set_config('app.person', ${user}, true)`,
  ];

  it("says that it is healthy, on what, and how many round trips it has seen", async () => {
    const health = async () => {
      const response = await fetch(`${endpoint.url}/health`);
      expect(response.status).toBe(200);
      return (await response.json()) as { transactions: number };
    };
    const { transactions } = await health();
    await sql.transaction([sql`select 1`, sql`select 2`]);
    expect(await health()).toEqual({ status: "ok", database: body, transactions: transactions + 1 });
  });

  it("carries every type there and back as the driver expects it", async () => {
    const at = new Date("2026-11-20T22:50:00.123Z");
    const [row] = await sql`
      select ${7}::int as n, ${"9007199254740993"}::bigint as big, ${1.5}::numeric as amount, ${true}::boolean as yes,
        ${null}::text as nothing, ${at}::timestamptz as at, ${{ a: [1, "ü"] }}::jsonb as doc, ${["x", 'y"z', null]}::text[] as list,
        ${Buffer.from([0, 255, 10])} as bytes, ${"zwölf 📞 \\ '"}::text as words, '2026-02-29'::text is not null as kept`;
    expect(row).toEqual({
      n: 7,
      big: "9007199254740993",
      amount: "1.5",
      yes: true,
      nothing: null,
      at,
      doc: { a: [1, "ü"] },
      list: ["x", 'y"z', null],
      bytes: Buffer.from([0, 255, 10]),
      words: "zwölf 📞 \\ '",
      kept: true,
    });
  });

  it("answers with arrays and with everything Neon tells of a result", async () => {
    const full = await sql.query("select 1::int as a, 2::int as a", [], {
      arrayMode: true,
      fullResults: true,
    });
    expect(full).toMatchObject({ command: "SELECT", rowCount: 1, rows: [[1, 2]], rowAsArray: true });
    expect(full.fields[0]).toMatchObject({ name: "a", dataTypeID: 23, dataTypeSize: 4, format: "text" });
    expect(await sql`select 1 where false`).toEqual([]);
    const set = await sql.query("set local app.actor = 'x'", [], { fullResults: true });
    expect(set).toMatchObject({ command: "SET", rowCount: null, rows: [] });
  });

  it("runs as the login role and becomes only the roles granted to it", async () => {
    const who = sql`select current_user::text as current, session_user::text as session`;
    expect(await who).toEqual([{ current: "callmeback_proxy", session: "callmeback_proxy" }]);
    const [, rows] = await sql.transaction([
      sql`set local role callmeback_reader`,
      sql`select current_user::text as current, session_user::text as session`,
    ]);
    expect(rows).toEqual([{ current: "callmeback_reader", session: "callmeback_proxy" }]);
    for (const role of ["callmeback_owner", "postgres"]) {
      await expect(sql.transaction([sql`set local role ${sql.unsafe(role)}`])).rejects.toMatchObject({
        code: "42501",
      });
    }
  });

  it("commits a batch whole or not at all, and tells which constraint was in the way", async () => {
    await sql.transaction([...asReader("ada"), sql`insert into notes values (1, 'ada', 'one')`]);
    const broken = sql.transaction([
      ...asReader("ada"),
      sql`insert into notes values (2, 'ada', 'two')`,
      sql`insert into notes values (1, 'ada', 'again')`,
      sql`insert into notes values (3, 'ada', 'three')`,
    ]);
    await expect(broken).rejects.toMatchObject({
      name: "NeonDbError",
      severity: "ERROR",
      code: "23505",
      constraint: "notes_pkey",
      table: "notes",
      schema: "public",
    });
    const results = await sql.transaction([...asReader("ada"), sql`select id from notes`]);
    expect(results.at(-1)).toEqual([{ id: 1 }]);
  });

  it("keeps rows from another user, and from the owner of the tables", async () => {
    await sql.transaction([...asReader("bea"), sql`insert into notes values (10, 'bea', 'hers')`]);
    const results = await sql.transaction([...asReader("eve"), sql`select * from notes`]);
    expect(results.at(-1)).toEqual([]);
    const forged = sql.transaction([
      ...asReader("eve"),
      sql`insert into notes values (11, 'bea', 'not hers')`,
    ]);
    await expect(forged).rejects.toMatchObject({ code: "42501" });
    expect(
      await endpoint.ownerQuery("select current_user::text as who, count(*)::text as seen from notes"),
    ).toEqual([{ who: "callmeback_owner", seen: "0" }]);
  });

  it("carries an error that the schema raises, with its own code, detail and hint", async () => {
    const raised = sql`do $$ begin
      raise exception using errcode = 'CB001', message = 'NOT_FOUND: gone', detail = 'why', hint = 'what to do';
    end $$`;
    await expect(raised).rejects.toMatchObject({
      code: "CB001",
      message: "NOT_FOUND: gone",
      detail: "why",
      hint: "what to do",
      where: expect.stringContaining("PL/pgSQL"),
    });
  });

  it("points into the statement that does not parse", async () => {
    await expect(sql`select 1 frm x y`).rejects.toMatchObject({
      code: "42601",
      position: expect.any(String),
    });
    expect(await sql`select 1 as still`).toEqual([{ still: 1 }]);
  });

  it("opens a batch with the isolation that it asks for", async () => {
    const [rows] = await sql.transaction([sql`show transaction_isolation`], {
      isolationLevel: "Serializable",
      readOnly: true,
      deferrable: true,
    });
    expect(rows).toEqual([{ transaction_isolation: "serializable" }]);
    const write = sql.transaction([...asReader("ada"), sql`delete from notes`], { readOnly: true });
    await expect(write).rejects.toMatchObject({ code: "25006" });
  });

  it("lets no setting of one request reach the next", async () => {
    await sql`select set_config('app.person', 'ada', false)`;
    await sql`set role callmeback_reader`;
    const seen = await Promise.all(
      Array.from(
        { length: 30 },
        () => sql`select current_user::text as who, current_setting('app.person', true) as person`,
      ),
    );
    for (const [row] of seen)
      expect(row).toMatchObject({ who: "callmeback_proxy", person: expect.toSatisfy((v) => !v) });
  });

  it("does not let a statement leave its transaction, its role or its message", async () => {
    const ways = [
      "commit",
      " -- x\n begin",
      "/* */ reset session authorization",
      "set local session authorization postgres",
    ];
    for (const way of ways) await expect(sql.query(way)).rejects.toMatchObject({ code: "0A000" });
    await expect(sql.query("select 1; select 2")).rejects.toMatchObject({ code: "42601" });
  });

  it("keeps each of a hundred requests at once apart", async () => {
    const rows = await Promise.all(Array.from({ length: 100 }, (_, n) => sql`select ${n}::int as n`));
    expect(rows.map(([row]) => row?.n)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it("refuses a wrong password, another user and a missing connection string in the driver's own terms", async () => {
    const wrong = endpoint.connectionString.replace(/:[^:@]+@/, ":wrong@");
    const owner = endpoint.connectionString.replace("callmeback_proxy", "callmeback_owner");
    for (const address of [wrong, owner]) {
      await expect(neon(address)`select 1`).rejects.toMatchObject({ name: "NeonDbError", code: "28P01" });
    }
    const bare = await fetch(`${endpoint.url}/sql`, { method: "POST", body: "{}" });
    expect([bare.status, await bare.json()]).toMatchObject([400, { code: "28000" }]);
  });

  it("tells the one request too many so, and serves again when there is room", async () => {
    const narrow = await startSqlEndpoint({
      port: 0,
      sqlPassword,
      migrationsDir,
      ...place(),
      maxInFlight: 1,
    });
    neonConfig.fetchEndpoint = `${narrow.url}/sql`;
    const headers = { "Neon-Connection-String": narrow.connectionString, expect: "100-continue" };
    const first = request(`${narrow.url}/sql`, { method: "POST", headers });
    first.flushHeaders();
    await once(first, "continue");
    await expect(sql`select 1 as n`).rejects.toMatchObject({ code: "53300" });
    first.end('{"query":"select 1"}');
    const [response] = await once(first, "response");
    expect(response.statusCode).toBe(200);
    await once(response.resume(), "close");
    await vi.waitFor(async () => expect(await sql`select 1 as n`).toEqual([{ n: 1 }]));
    neonConfig.fetchEndpoint = `${endpoint.url}/sql`;
    await narrow.close();
  });

  it("refuses bodies that are not the protocol's", async () => {
    const headers = { "Neon-Connection-String": endpoint.connectionString };
    for (const broken of [
      "",
      "{",
      "[]",
      "{}",
      '{"query":1}',
      '{"query":"select 1","params":[{}]}',
      '{"queries":{}}',
    ]) {
      const response = await fetch(`${endpoint.url}/sql`, { method: "POST", headers, body: broken });
      expect([broken, response.status, await response.json()]).toMatchObject([
        broken,
        400,
        { code: "08P01" },
      ]);
    }
    const huge = await fetch(`${endpoint.url}/sql`, {
      method: "POST",
      headers,
      body: "x".repeat(9 * 1024 * 1024),
    });
    expect(huge.status).toBe(413);
    expect((await fetch(`${endpoint.url}/elsewhere`)).status).toBe(404);
  });
});
