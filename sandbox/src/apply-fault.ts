/** The faults that are the same for every provider, applied before it sees the request: late, refused, or never answered. */
import { setTimeout as wait } from "node:timers/promises";
import type { Fault, Faults } from "./faults.ts";
import type { Provider, ProviderName } from "./provider.ts";

export interface Refusal {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Failures are spread evenly, by counting: an error rate of 0.25 fails each fourth request. */
export class FaultGate {
  readonly #faults: Faults;
  readonly #owed = new Map<ProviderName, number>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  reset(): void {
    this.#owed.clear();
  }

  /** "stall" means that no answer may ever come; undefined that the provider may answer. */
  async pass(provider: Provider): Promise<Refusal | "stall" | undefined> {
    const fault = this.#faults.get(provider.name);
    if (fault === undefined) return undefined;
    if (fault.latencyMs) await wait(fault.latencyMs);
    if (fault.stall) return "stall";
    if (!this.#fails(provider.name, fault)) return undefined;
    const status = fault.status ?? 500;
    const body = provider.errorBody?.(status) ?? { error: "This failure was asked for." };
    return {
      status,
      headers: fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) },
      body,
    };
  }

  #fails(name: ProviderName, fault: Fault): boolean {
    if (fault.errorRate === undefined) return fault.status !== undefined;
    const owed = (this.#owed.get(name) ?? 0) + fault.errorRate;
    const fails = owed >= 1 - 1e-9;
    this.#owed.set(name, fails ? owed - 1 : owed);
    return fails;
  }
}
