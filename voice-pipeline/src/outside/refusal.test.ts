import { expect, it } from "vitest";
import { canHelp, retryAfterMs } from "./refusal.ts";

const now = new Date("2026-11-21T08:00:00Z");
const read = (headers: Record<string, string>) => retryAfterMs((name) => headers[name], now);

it.each([
  [{}, null],
  [{ "retry-after": "2" }, 2_000],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after": "Sat, 21 Nov 2026 08:00:30 GMT" }, 30_000],
  [{ "retry-after": "Sat, 21 Nov 2026 07:00:00 GMT" }, 0],
  [{ "retry-after": "soon" }, null],
  [{ "retry-after": "-5" }, null],
  [{ "retry-after-ms": "40", "retry-after": "2" }, 40],
])("reads %j as %s ms", (headers, ms) => expect(read(headers)).toBe(ms));

it.each([
  ...[408, 429, 500, 502, 503, 504].map((status) => [status, true] as const),
  ...[400, 401, 402, 403, 404, 422].map((status) => [status, false] as const),
])("a status of %i: asking again can help is %s", (status, can) => expect(canHelp(status)).toBe(can));
