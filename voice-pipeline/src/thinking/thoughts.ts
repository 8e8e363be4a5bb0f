/** What a call has asked its model and has no answer to yet, and what its thinking cost so far. */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import type { Action } from "../conversation/events.ts";
import { type LlmConfig, type Thinking, think } from "./llm.ts";
import { promptsOf } from "./prompt.ts";
import { TokenMeter, type TokenUse } from "./token-meter.ts";

export class Thoughts {
  readonly #config: LlmConfig;
  readonly #promptOf: ReturnType<typeof promptsOf>;
  readonly #meter = new TokenMeter();
  readonly #running = new Map<number, AbortController>();

  constructor(config: LlmConfig, session: VoiceSession) {
    this.#config = config;
    this.#promptOf = promptsOf(session);
  }

  get used(): TokenUse {
    return this.#meter.total;
  }

  begin({ request, history, remainingSeconds }: Action & { type: "think" }, on: Thinking): void {
    const abort = new AbortController();
    this.#running.set(request, abort);
    const prompt = this.#promptOf(history, new Date(), remainingSeconds);
    void think(this.#config, prompt, this.#meter, abort.signal, on).finally(() =>
      this.#running.delete(request),
    );
  }

  abort(request: number): void {
    this.#running.get(request)?.abort();
  }

  /** The call is over. */
  end(): void {
    for (const thought of this.#running.values()) thought.abort();
  }
}
