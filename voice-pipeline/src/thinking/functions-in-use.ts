/** What a call has done for it by functions: each stands in the journal with what became of it, also when the call ends first. */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { failedFunction } from "@callmeback/shared/domain/functions";
import type { FunctionCall } from "../conversation/events.ts";
import type { Journal } from "../journal/journal.ts";
import { log } from "../log.ts";
import type { FunctionAnswer } from "../mesh.ts";
import { callFunction } from "./functions.ts";

interface Parts {
  session: VoiceSession;
  journal: Pick<Journal, "append">;
  askMaker(wish: Pick<FunctionCall, "name" | "arguments">): Promise<FunctionAnswer>;
}

export class FunctionsInUse {
  readonly #parts: Parts;
  /** Those that were asked and have not answered, and since when. */
  readonly #asked = new Map<FunctionCall, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What the model is to be told; null once the call is over, and nobody is to be told anything. */
  async use(call: FunctionCall): Promise<string | null> {
    const { session, askMaker } = this.#parts;
    const from = performance.now();
    this.#asked.set(call, from);
    const answer = await callFunction(call, session, askMaker);
    if (!this.#asked.delete(call)) return null;
    this.#write(call, from, answer);
    return answer.result;
  }

  /** The call is over. */
  end(): void {
    for (const [call, from] of this.#asked)
      try {
        this.#write(call, from, failedFunction("the call ended first."));
      } catch (error) {
        log("function_not_written", {
          call_id: this.#parts.session.call_id,
          message: String(error).slice(0, 500),
        });
      }
    this.#asked.clear();
  }

  #write({ name, arguments: json }: FunctionCall, from: number, { ok, result }: FunctionAnswer): void {
    const did = { name: name.slice(0, 64), arguments: json.slice(0, 10_000), result, ok };
    this.#parts.journal.append(
      { type: "function", ...did, duration_ms: performance.now() - from },
      new Date(),
    );
  }
}
