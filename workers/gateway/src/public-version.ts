// A number that grows with each change of a public list. It is part of the key under which the edge keeps that list.
import { DurableObject } from "cloudflare:workers";
import type { PublicVersionRpc } from "./env.ts";

export class PublicVersion extends DurableObject implements PublicVersionRpc {
  async current(): Promise<number> {
    return this.ctx.storage.kv.get<number>("version") ?? 0;
  }

  async raise(): Promise<void> {
    this.ctx.storage.kv.put("version", (this.ctx.storage.kv.get<number>("version") ?? 0) + 1);
  }
}
