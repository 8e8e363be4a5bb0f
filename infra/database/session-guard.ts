// Statements that would step out of the transaction or the role in which the endpoint runs them.
// In PGlite they would run on as superuser, in a pool they would leave a connection in an unknown state, and over
// one-request HTTP none of them can mean anything. One statement a message is PostgreSQL's own rule, so the first words decide.
import { SqlError } from "./sql-error.ts";

const commentsAndSpace = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|;)+/;
const forbidden =
  /^(?:begin|start\s+transaction|commit|end|abort|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b)|prepare\s+transaction|(?:set|reset)\s+(?:(?:local|session)\s+)?session\s+authorization|listen|copy)\b/i;

/** @throws SqlError `0A000` for transaction control, a change of session user, LISTEN and COPY */
export function refuseSessionControl(query: string): void {
  const command = forbidden.exec(query.replace(commentsAndSpace, ""))?.[0];
  if (command === undefined) return;
  throw new SqlError(
    `${command.toUpperCase()} cannot be used over HTTP: send the statements of a transaction as one batch`,
    {
      severity: "ERROR",
      code: "0A000",
    },
  );
}
