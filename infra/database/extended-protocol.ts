// PostgreSQL's extended query protocol as bytes, for PGlite: several statements in one message, one answer.
// PGlite's own `query` asks for parameter types first and parses values; here both stay text, as Neon's protocol wants.
import { protocol } from "@electric-sql/pglite";
import type { Statement, StatementResult } from "./database.ts";
import { SqlError } from "./sql-error.ts";

/** Whatever PGlite's parser hands back; told apart by class. */
type BackendMessage = { readonly name: string };

const { parse, bind, describe, execute, sync } = protocol.serialize;

/** Parse, Bind, Describe and Execute of each statement, and one Sync: after an error the rest is skipped. */
export function encodeStatements(statements: readonly Statement[]): Uint8Array {
  const parts = statements.flatMap(({ query, params }) => [
    parse({ text: query }),
    bind({ values: [...params] }),
    describe({ type: "P" }),
    execute(),
  ]);
  return Buffer.concat([...parts, sync()]);
}

/** One result for each statement. @throws SqlError the first error among the messages */
export function decodeResults(messages: readonly BackendMessage[]): readonly StatementResult[] {
  const { CommandCompleteMessage, DatabaseError, DataRowMessage, RowDescriptionMessage } = protocol.messages;
  const results: StatementResult[] = [];
  let fields: StatementResult["fields"] = [];
  let rows: (string | null)[][] = [];
  const complete = (tag: string) => {
    results.push({ ...parseCommandTag(tag), fields, rows });
    fields = [];
    rows = [];
  };
  for (const message of messages) {
    if (message instanceof DatabaseError) throw SqlError.from(message);
    if (message instanceof RowDescriptionMessage) fields = message.fields.map(fieldOf);
    else if (message instanceof DataRowMessage) rows.push(message.fields);
    else if (message instanceof CommandCompleteMessage) complete(message.text);
    else if (message.name === "emptyQuery") complete("");
  }
  return results;
}

/** `INSERT 0 3` is INSERT and 3, `SELECT 2` is SELECT and 2, `SET` is SET and nothing. */
function parseCommandTag(tag: string): Pick<StatementResult, "command" | "rowCount"> {
  const words = tag.split(" ");
  const last = words.length > 1 ? words.at(-1) : undefined;
  return {
    command: words[0] ?? "",
    rowCount: last !== undefined && /^\d+$/.test(last) ? Number(last) : null,
  };
}

function fieldOf(field: StatementResult["fields"][number]): StatementResult["fields"][number] {
  const { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier } = field;
  return { name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier };
}
