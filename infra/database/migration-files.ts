// Reads the ordered migration files of a folder. It only reads and checks names; applying them is migrate.ts.
// A file's checksum ignores CRLF, so that a checkout on another system does not look like a changed migration.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MigrationError } from "./migration-error.ts";

export interface MigrationFile {
  readonly version: number;
  /** The file's name, `NNNN-name.sql`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly checksum: string;
}

const pattern = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** Every `NNNN-name.sql` of `folder` in order. @throws MigrationError `BAD_NAME` for a stray or doubled file. */
export async function readMigrationFiles(folder: string): Promise<readonly MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const files: MigrationFile[] = [];
  for (const name of names) {
    const digits = pattern.exec(name)?.[1];
    if (digits === undefined) {
      throw new MigrationError("BAD_NAME", `${name}: a migration is named NNNN-lower-case-words.sql`);
    }
    const version = Number(digits);
    const previous = files.at(-1);
    if (previous?.version === version) {
      throw new MigrationError("BAD_NAME", `${previous.name} and ${name} have the same number`);
    }
    const sql = (await readFile(join(folder, name), "utf8")).replaceAll("\r\n", "\n");
    files.push({ version, name, sql, checksum: createHash("sha256").update(sql).digest("hex") });
  }
  return files;
}
