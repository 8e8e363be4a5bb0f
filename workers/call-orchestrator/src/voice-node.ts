// The voice pipeline's own door, knocked at while a phone rings. All of it is best effort: a node that is full, gone or slow
// changes nothing but that the greeting comes a moment later, so nothing here throws.
import type { CallToPrepare } from "@callmeback/shared/contract/voice";
import { log } from "@callmeback/shared/domain/log";
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";

export interface VoiceNode {
  /** Where Twilio's streams go, exactly as Twilio is told and signs it. */
  streamUrl: string;
  /** Has a call made ready. */
  prepare(call: CallToPrepare): Promise<void>;
  /** Nobody answered: what was made ready is not needed. */
  forget(callId: string): Promise<void>;
}

/** A phone rings for longer, and what comes later is of no use. */
const timeoutMs = 3_000;

/** @param publicUrl ws:// or wss://, without a path */
export function voiceNode(publicUrl: string, nodeKey: string): VoiceNode {
  const door = `${publicUrl.replace(/^ws/, "http")}/prepare`;
  const ask = async (url: string, init: RequestInit, callId: string): Promise<void> => {
    let why = "";
    try {
      const response = await fetch(url, {
        ...init,
        headers: {
          Authorization: `Bearer ${nodeKey}`,
          "Content-Type": "application/json",
          ...requestIdHeaders(),
        },
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (response.ok) return;
      why = `status ${response.status}`;
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    log({
      worker: "call-orchestrator",
      event: "voice node did not prepare",
      callId,
      method: init.method,
      why,
    });
  };
  return {
    streamUrl: `${publicUrl}/stream`,
    prepare: (call) => ask(door, { method: "POST", body: JSON.stringify(call) }, call.session.call_id),
    forget: (callId) => ask(`${door}/${callId}`, { method: "DELETE" }, callId),
  };
}
