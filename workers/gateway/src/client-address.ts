// Where a request came from, as far as that can be believed: Cloudflare writes CF-Connecting-IP itself. Without
// Cloudflare in front the header is the caller's own word, which is only taken in the local stack.
import * as z from "zod";

const ip = z.union([z.ipv4(), z.ipv6()]);
const loopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

/** The client's address, or null when nobody trustworthy named one. */
export function clientAddress(request: Request, trustLoopback: boolean): string | null {
  const isLoopback = loopbackHosts.includes(new URL(request.url).hostname);
  if (isLoopback && !trustLoopback) return null;
  const parsed = ip.safeParse(request.headers.get("CF-Connecting-IP"));
  return parsed.success ? parsed.data : null;
}
