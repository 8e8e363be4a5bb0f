// The endpoint's process as main.ts runs it, with the tests' own small schema.
import { fileURLToPath } from "node:url";
import { runEndpoint } from "../run-endpoint.ts";

runEndpoint(process.env, fileURLToPath(new URL("fixture-migrations/", import.meta.url)));
