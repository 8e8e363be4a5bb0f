/** What the caller hears while the providers think, stall or fail. */
import { describe, expect, it } from "vitest";
import { greeted } from "./virtual-call.ts";

const asked = () => {
  const call = greeted();
  call.tell({ type: "turn-ended", at: 6000, text: "Well?", startedAt: 5000, endpointingMs: 300 });
  return { ...call, request: () => call.last("think")?.request ?? 0 };
};

describe("a model that fails", () => {
  it("is measured by the moment at which the caller was told", () => {
    const call = asked();
    call.tell({ type: "thinking-failed", at: 7500, request: call.request() });
    call.tell({ type: "frame-sent", at: 7600, utterance: call.speaking() });
    call.tell({ type: "played", at: 9000, utterance: call.speaking() });
    expect(call.last("record")?.turn.latency).toMatchObject({ first_clause_ms: 1500, first_frame_ms: 1600 });
  });
});
