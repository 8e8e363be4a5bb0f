/** What a provider of the sandbox is to its server: paths that it answers, and how it answers them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

export type ProviderName = "twilio" | "deepgram" | "llm" | "elevenlabs" | "stripe";

export interface Provider {
  readonly name: ProviderName;
  /** Path prefixes this provider answers; the longest match wins. */
  readonly paths: readonly string[];
  request?(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): Promise<void>;
  upgrade?(request: IncomingMessage, url: URL, socket: Duplex, head: Buffer): void;
  /** The provider's own words for a failure that was asked for by a fault. */
  errorBody?(status: number): unknown;
  /** POST /control/reset */
  reset?(): void;
  close?(): void;
}
