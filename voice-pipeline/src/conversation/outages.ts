/**
 * Time in which a provider's failure kept the call from going on: the person does not pay for it (DESIGN, section 7). It runs
 * from when they last got what they called for until they get it again; two failures at once are one lost time.
 */
import type { CallState } from "./call-state.ts";
import type { Provider } from "./events.ts";

type Part = "hearing" | "thinking" | "voice";

interface Span {
  from: number;
  to: number;
}

/** The same time as spans that do not touch. */
const join = (spans: readonly Span[], added: Span): Span[] => {
  const isApart = ({ from, to }: Span) => to < added.from || from > added.to;
  const touching = [...spans.filter((span) => !isApart(span)), added];
  const from = Math.min(...touching.map((span) => span.from));
  return [...spans.filter(isApart), { from, to: Math.max(...touching.map(({ to }) => to)) }];
};

export class Outages {
  /** Since when each fails. */
  readonly #failing = new Map<Part, number>();
  #lost: Span[] = [];

  /** @param from when it was noticed, or before */
  begin(part: Part, from: number): void {
    if (!this.#failing.has(part)) this.#failing.set(part, from);
  }

  end(part: Part, at: number): void {
    const from = this.#failing.get(part);
    if (from === undefined) return;
    this.#failing.delete(part);
    this.#lost = join(this.#lost, { from, to: at });
  }

  /** It failed, and nobody missed anything. */
  forget(part: Part): void {
    this.#failing.delete(part);
  }

  lostMs(at: number): number {
    const lost = [...this.#failing.values()].reduce(
      (spans, from) => join(spans, { from, to: at }),
      this.#lost,
    );
    return lost.reduce((sum, { from, to }) => sum + to - from, 0);
  }
}

/** When the persona last was heard, or was told what it has not answered; a filler is no answer. */
const waitedFrom = ({ utterance, startedAt, spokenAt }: CallState): number => {
  const isBridged =
    utterance != null && utterance.turnEndedAt !== null && utterance.latency.first_token_ms === null;
  const voicedAt = isBridged ? utterance.turnEndedAt : utterance?.voicedAt;
  return Math.max(startedAt, spokenAt, voicedAt ?? 0);
};

/** The model did not answer, and the caller waits for it. */
export const thinkingMissed = (state: CallState): void => state.outages.begin("thinking", waitedFrom(state));

/** Only what is being waited for can be missed. Who hears tells by itself when it is away. */
export const providerFailed = (state: CallState, provider: Provider): void => {
  const { utterance, thought, outages } = state;
  if (!utterance || utterance.heldAt !== null) return;
  if (provider === "elevenlabs") outages.begin("voice", waitedFrom(state));
  if (provider === "llm" && thought) thinkingMissed(state);
};
