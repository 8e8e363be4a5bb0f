/** What goes wrong with each provider on purpose. */
import type { ProviderName } from "./provider.ts";

export interface Fault {
  latencyMs?: number;
  firstByteMs?: number;
  errorRate?: number;
  status?: number;
  retryAfter?: number;
  dropAfterMs?: number;
  stall?: boolean;
  /** ElevenLabs: a context that is closed before its first sound never sounds, and this is all that is said of it. */
  closeRace?: "final" | "nothing";
}

export class Faults {
  readonly #set = new Map<ProviderName, Fault>();

  get(name: ProviderName): Fault | undefined {
    return this.#set.get(name);
  }

  set(name: ProviderName, fault: Fault): void {
    this.#set.set(name, fault);
  }

  clear(name: ProviderName): void {
    this.#set.delete(name);
  }
}
