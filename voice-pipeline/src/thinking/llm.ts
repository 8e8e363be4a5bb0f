/**
 * Thinking, by two models in order of preference. One that fails before its first word, or is slow to find it, is followed
 * by the next; whichever speaks first is listened to, and the other is stopped. What was begun aloud is never begun again.
 */
import type { ChatMessage, FunctionCall } from "../conversation/events.ts";
import { attempt, LlmFailure, type LlmPatience } from "./attempt.ts";
import type { TokenMeter } from "./token-meter.ts";

export interface LlmConfig {
  baseUrl: string;
  apiKey: string;
  model: string;
  /** Unset: the first is asked again. */
  fallbackModel?: string | undefined;
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
  usageMs: 300,
  wholeMs: 30_000,
  lastTryMs: 2_500,
};
const retryMs = 200;

/** Settles once the answer is whole, was given up, or `signal` is aborted. */
export const think = (
  config: LlmConfig,
  messages: readonly ChatMessage[],
  meter: TokenMeter,
  signal: AbortSignal,
  on: Thinking,
  patience: LlmPatience = usualPatience,
): Promise<void> =>
  new Promise((resolve) => {
    const url = new URL(`${config.baseUrl}/chat/completions`);
    const second = config.fallbackModel ?? config.model;
    const choices = [config.model, second, config.model];
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
      signal.removeEventListener("abort", stop);
      for (const each of running.values()) each.abort();
      tell?.();
      resolve();
    };
    const stop = () => settle();

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
      running.delete(index);
      if (isSettled || (speaker !== null && speaker !== index)) return;
      on.fault(failure.message.slice(0, 500));
      const waitMs = next === 1 && second !== config.model ? 0 : Math.max(retryMs, failure.retryAfterMs);
      const isLate = performance.now() - startedAt + waitMs > patience.lastTryMs;
      const isOver = speaker === index || !failure.canHelp || next >= choices.length || isLate;
      if (!isOver && running.size === 0) retrying = setTimeout(ask, waitMs);
      else if (isOver && running.size === 0) settle(on.failed);
    };

    const ask = (): void => {
      const index = next;
      const model = choices[index];
      if (isSettled || model === undefined) return;
      next += 1;
      const own = new AbortController();
      running.set(index, own);
      const { apiKey } = config;
      attempt({ url, apiKey, model, messages, meter, patience, signal: own.signal }, (text) => {
        if (takeWord(index)) on.token(text);
      }).then(
        (calls) => {
          if (takeWord(index)) settle(() => on.done(calls));
        },
        (error) => failed(index, error instanceof LlmFailure ? error : new LlmFailure(String(error))),
      );
    };

    const hedge = setTimeout(() => {
      if (next === 1) ask();
    }, patience.hedgeMs);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    else ask();
  });
