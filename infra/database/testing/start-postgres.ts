// A parent to be killed: starts a server, tells where it is, and waits for the end that the test has in mind.
import pg from "pg";
import { startPostgres } from "../postgres-server.ts";

const server = await startPostgres();
const client = new pg.Client({ connectionString: server.superuserUrl });
await client.connect();
const { rows } = await client.query("select current_setting('data_directory') as directory");
await client.end();
process.stdout.write(`${JSON.stringify({ url: server.url, directory: rows[0].directory })}\n`);
setInterval(() => undefined, 60_000);
