/** DESIGN's behaviours of a call, each with the tests that would fail without it and the figure that is measured of it. */
import { care } from "./rows/care.ts";
import { line } from "./rows/line.ts";
import type { Row } from "./rows/row.ts";
import { turns } from "./rows/turns.ts";

export const rows: Row[] = [...turns, ...line, ...care];
