// The SQL endpoint as a process, with the product's migrations.
import { fileURLToPath } from "node:url";
import { runEndpoint } from "./run-endpoint.ts";

runEndpoint(process.env, fileURLToPath(new URL("migrations/", import.meta.url)));
