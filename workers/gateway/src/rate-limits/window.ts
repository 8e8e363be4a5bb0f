// One counter's decision. Pure: the clock comes in. A window starts with its first request and lasts its full length.

export interface Rule {
  limit: number;
  windowMs: number;
}

export interface CountedWindow {
  startedAtMs: number;
  endsAtMs: number;
  count: number;
}

export interface Decision {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Epoch seconds at which the count starts anew, rounded up so that a client who waits for it succeeds. */
  resetAt: number;
  /** Whole seconds until then, at least 1. */
  retryAfter: number;
}

/** Counts one request; a refused one is not counted. */
export function take(
  current: CountedWindow | undefined,
  rule: Rule,
  nowMs: number,
): { window: CountedWindow; decision: Decision } {
  const open =
    current !== undefined && nowMs < current.endsAtMs
      ? current
      : { startedAtMs: nowMs, endsAtMs: nowMs + rule.windowMs, count: 0 };
  const allowed = open.count < rule.limit;
  const window = allowed ? { ...open, count: open.count + 1 } : open;
  return {
    window,
    decision: {
      allowed,
      limit: rule.limit,
      remaining: Math.max(0, rule.limit - window.count),
      resetAt: Math.ceil(window.endsAtMs / 1000),
      retryAfter: Math.max(1, Math.ceil((window.endsAtMs - nowMs) / 1000)),
    },
  };
}
