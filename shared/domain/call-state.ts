// The states of a call, and how Twilio's words for them become ours.

/** In the order a call passes through them; the last three are ends. */
export const callStatuses = [
  "initiated",
  "ringing",
  "in-progress",
  "completed",
  "failed",
  "canceled",
] as const;
export type CallStatus = (typeof callStatuses)[number];

/** How a call came about; one that is `logged` was not made by us. */
export const callOrigins = ["dialled", "logged", "try_out"] as const;

/** The states of a call of another day; the last three are ends. */
export const scheduleStatuses = ["scheduled", "starting", "started", "failed", "cancelled"] as const;

const twilioProgress: Readonly<Record<string, CallStatus>> = {
  queued: "initiated",
  initiated: "initiated",
  ringing: "ringing",
  answered: "in-progress",
  "in-progress": "in-progress",
};

const twilioEnds = new Set(["completed", "busy", "no-answer", "failed", "canceled"]);

/** Twilio has said its last word about the call. */
export function isCarrierEnd(twilioStatus: string): boolean {
  return twilioEnds.has(twilioStatus);
}

/** Twilio has said its last word, and nobody had answered. */
export function isUnanswered(twilioStatus: string): boolean {
  return isCarrierEnd(twilioStatus) && twilioStatus !== "completed";
}

/** Our state for a call that Twilio says is on its way; undefined for an end or an unknown word. */
export function progressOf(twilioStatus: string): CallStatus | undefined {
  return twilioProgress[twilioStatus];
}
