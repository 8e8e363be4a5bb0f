// May this number be called now? One pure function over facts, passed before every dial: a call of now, a scheduled one,
// later one by a business. All reasons are named, not the first one only.
import type { NumberKind } from "./numbers/kind.ts";
import { quietUntil } from "./quiet-hours.ts";

export const gateReasons = [
  "not_verified",
  "no_consent",
  "suppressed",
  "emergency_number",
  "premium_number",
  "unsupported_number",
  "quiet_hours",
] as const;
export type GateReason = (typeof gateReasons)[number];

export interface GateFacts {
  numberKind: NumberKind;
  /** The one who pays has proved that the number is theirs. */
  isVerified: boolean;
  /** The callee agreed to automated calls with an artificial voice. */
  hasConsent: boolean;
  /** Somebody at this number asked not to be called any more. */
  isSuppressed: boolean;
  /** The callee asked for this very call themself: no quiet hours then. */
  isAskedByCallee: boolean;
  /** The callee's own zone, an IANA name. */
  timeZone: string;
  now: Date;
}

export interface GateDecision {
  isAllowed: boolean;
  reasons: GateReason[];
  /** When time alone will open the gate; null when it is open, or when time does not help. */
  nextAllowedAt: Date | null;
}

export function gate(facts: GateFacts): GateDecision {
  const quietEnd = facts.isAskedByCallee ? null : quietUntil(facts.now, facts.timeZone);
  const blocked: [GateReason, boolean][] = [
    ["not_verified", !facts.isVerified],
    ["no_consent", !facts.hasConsent],
    ["suppressed", facts.isSuppressed],
    ["emergency_number", facts.numberKind === "emergency"],
    ["premium_number", facts.numberKind === "premium"],
    ["unsupported_number", facts.numberKind === "unsupported"],
    ["quiet_hours", quietEnd !== null],
  ];
  const reasons = blocked.filter(([, isBlocked]) => isBlocked).map(([reason]) => reason);
  const healsByTime = reasons.length === 1 && quietEnd !== null;
  return { isAllowed: reasons.length === 0, reasons, nextAllowedAt: healsByTime ? quietEnd : null };
}
