/**
 * Thinking, by two models in order of preference. One that fails before its first word, or is slow to find it, is followed
 * by the next; whichever speaks first is listened to, and the other is stopped. What was begun aloud is never begun again.
 */
import type { FunctionCall } from "../conversation/events.ts";
import { attempt, LlmFailure, type LlmPatience, type Model } from "./attempt.ts";
import type { Prompt } from "./prompt.ts";
import type { TokenMeter } from "./token-meter.ts";

export interface LlmConfig extends Model {
  /** The second choice, there or elsewhere. Unset: the first is asked again. */
  fallback?: Model | undefined;
}
export interface Thinking {
  token(text: string): void;
  done(calls: FunctionCall[]): void;
  fault(message: string): void;
  failed(): void;
}

/** Together shorter than a caller is left without a word: see dead-air.ts. */
export const usualPatience: LlmPatience = {
  hedgeMs: 1_200,
  firstTokenMs: 2_500,
  stallMs: 2_000,
  usageMs: 2_000,
  wholeMs: 30_000,
  lastTryMs: 2_500,
};
const retryMs = 200;

/** What a wrong key is refused by, and money that is used up: not the model, but where it is asked. */
const isSameDoor = (one: Model, other: Model): boolean =>
  one.baseUrl === other.baseUrl && one.apiKey === other.apiKey;

/** Resolves once the answer was told or given up, or `signal` is aborted, and nothing is read of it any more. */
export const think = (
  config: LlmConfig,
  prompt: Prompt,
  meter: TokenMeter,
  signal: AbortSignal,
  on: Thinking,
  patience: LlmPatience = usualPatience,
): Promise<void> =>
  new Promise((resolve) => {
    const second = config.fallback ?? config;
    const choices: Model[] = [config, second, config];
    /** Asked in vain, and they would be again. */
    const shut: Model[] = [];
    const startedAt = performance.now();
    const running = new Map<number, AbortController>();
    let next = 0;
    let speaker: number | null = null;
    let retrying: NodeJS.Timeout | undefined;
    let isSettled = false;

    const settle = (tell?: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(hedge);
      clearTimeout(retrying);
      tell?.();
      leaveIfIdle();
    };
    const leaveIfIdle = (): void => {
      if (!isSettled || running.size > 0) return;
      signal.removeEventListener("abort", stop);
      resolve();
    };
    const stop = (): void => {
      for (const each of running.values()) each.abort();
      settle();
    };

    /** Answers whether this one may speak. */
    const takeWord = (index: number): boolean => {
      if (speaker === null) {
        speaker = index;
        clearTimeout(hedge);
        clearTimeout(retrying);
        for (const [other, each] of running) if (other !== index) each.abort();
      }
      return speaker === index && !isSettled;
    };

    const failed = (index: number, failure: LlmFailure): void => {
      if (isSettled || (speaker !== null && speaker !== index)) return;
      on.fault(failure.message.slice(0, 500));
      const model = choices[index];
      if (model && !failure.canHelp) shut.push(model);
      while (choices[next] && shut.some((each) => isSameDoor(each, choices[next] ?? each))) next += 1;
      const waitMs = next === 1 && second !== config ? 0 : Math.max(retryMs, failure.retryAfterMs);
      const isLate = performance.now() - startedAt + waitMs > patience.lastTryMs;
      const isOver = speaker === index || next >= choices.length || isLate;
      if (!isOver && running.size === 0) retrying = setTimeout(ask, waitMs);
      else if (isOver && running.size === 0) settle(on.failed);
    };

    const ask = (): void => {
      const index = next;
      const of = choices[index];
      if (isSettled || of === undefined) return;
      next += 1;
      const own = new AbortController();
      running.set(index, own);
      attempt(
        { of, prompt, meter, patience, signal: own.signal },
        {
          token: (text) => {
            if (takeWord(index)) on.token(text);
          },
          finished: (calls) => {
            if (takeWord(index)) settle(() => on.done(calls));
          },
        },
      )
        .finally(() => running.delete(index))
        .catch((error: unknown) =>
          failed(index, error instanceof LlmFailure ? error : new LlmFailure(String(error))),
        )
        .finally(leaveIfIdle);
    };

    const hedge = setTimeout(() => {
      if (next === 1) ask();
    }, patience.hedgeMs);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    else ask();
  });
