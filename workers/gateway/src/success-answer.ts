// A good answer on its way out: in its route's form, with an ETag where the client may keep it.
import type { Route, RouteOutput } from "@callmeback/shared/contract/route";

export function successAnswer<R extends Route>(route: R, answer: RouteOutput<R>): Response {
  const { status, contentType = "application/json" } = route.success;
  const text = typeof answer === "string" && contentType === "text/xml" ? answer : JSON.stringify(answer);
  return new Response(text, { status, headers: { "Content-Type": `${contentType}; charset=utf-8` } });
}

/** The answer with its ETag, or 304 when the client has it already. It must ask each time: people see their own change at once. */
export async function withETag(request: Request, answer: Response): Promise<Response> {
  const body = await answer.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body)).subarray(0, 16);
  const etag = `"${[...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
  const isKnown = (request.headers.get("If-None-Match") ?? "")
    .split(/\s*,\s*/)
    .some((known) => isSame(known, etag));
  const headers = new Headers(answer.headers);
  headers.set("ETag", etag);
  headers.set("Cache-Control", "private, no-cache");
  return isKnown
    ? new Response(null, { status: 304, headers })
    : new Response(body, { status: answer.status, headers });
}

const isSame = (known: string, etag: string) => known === "*" || known.replace(/^W\//, "") === etag;
