/** The doors of the mesh that a voice pipeline knocks at. Every journal entry is taken once and counted. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import * as z from "zod";
import { callIdOf } from "../call-id.ts";
import { streamSignature } from "../stream-signature.ts";

export class MeshTotals {
  entries = 0;
  callerTurns = 0;
  personaTurns = 0;
  faults = 0;
  ended = 0;
  /** Entries whose number did not follow the one before. */
  outOfOrder = 0;
  readonly last = new Map<string, number>();
}

const opening = z.object({ call_id: z.string() });
const delivery = z.object({
  entries: z.array(z.object({ seq: z.number(), type: z.string(), speaker: z.string().optional() })),
});

const sessionOf = (callId: string): VoiceSession => ({
  call_id: callId,
  call_sid: "CA1",
  request_id: "test-request",
  persona: {
    id: callIdOf(0),
    version: 1,
    name: "Luna",
    voice_id: "bench-voice",
    system_prompt: "You are Luna, a cheerful companion who answers questions.",
    greeting: null,
    silence_seconds: 8,
    leaves_machines: true,
    functions: [],
  },
  scenario: null,
  call_pretext: null,
  person: { name: "Sam", time_zone: "Europe/Berlin" },
  recording: null,
  limits: { max_seconds: 7_200 },
});

export const answerMesh = async (
  request: IncomingMessage,
  response: ServerResponse,
  totals: MeshTotals,
): Promise<void> => {
  const answer = (content: object): void => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(content));
  };
  const [, callId = "", door = ""] = /^\/api\/voice\/sessions\/([^/]+)\/(\w+)$/.exec(request.url ?? "") ?? [];
  if (door === "replay") {
    request.resume();
    answer({ message: "kept" });
    return;
  }
  const body: unknown = await json(request);
  if (door === "live") answer({ watched: false });
  else if (door === "hangup") answer({ message: "done" });
  else if (door === "journal") {
    for (const { seq, type, speaker } of delivery.parse(body).entries) {
      const before = totals.last.get(callId) ?? 0;
      if (seq <= before) continue;
      if (seq !== before + 1) totals.outOfOrder += 1;
      totals.last.set(callId, seq);
      totals.entries += 1;
      if (type === "turn" && speaker === "caller") totals.callerTurns += 1;
      if (type === "turn" && speaker === "persona") totals.personaTurns += 1;
      if (type === "fault") totals.faults += 1;
      if (type === "ended") totals.ended += 1;
    }
    answer({ acknowledged: totals.last.get(callId) ?? 0 });
  } else answer({ session: sessionOf(opening.parse(body).call_id), stream_signatures: [streamSignature] });
};
