/** What the caller was saying when the call ended: it is written down, and a wish in it holds. */
import { describe, expect, it } from "vitest";
import { greeted, replying } from "./virtual-call.ts";

type Call = ReturnType<typeof greeted>;

const said = (call: Call) =>
  call.all.flatMap((action) =>
    action.type === "record" && action.turn.speaker === "caller" ? [action.turn.text] : [],
  );

describe("words whose turn never ended", () => {
  it("are written down when the caller hangs up, and the wish in them holds", () => {
    const call = greeted();
    call.tell({ type: "words", at: 5_800, text: "Stop" });
    call.tell({ type: "words", at: 6_000, text: "Stop calling me!" });
    call.tell({ type: "caller-gone", at: 6_100, heard: "" });
    expect(call.all.slice(-3)).toMatchObject([
      {
        type: "record",
        turn: { speaker: "caller", text: "Stop calling me!", startedAt: 5_800, endedAt: 6_000 },
      },
      { type: "opt-out", source: "spoken", evidence: "Stop calling me!" },
      { type: "end", reason: "caller_hangup" },
    ]);
  });

  it("follow what they were said over", () => {
    const call = replying();
    call.tell({ type: "words", at: 7_000, text: "mhm" });
    call.tell({ type: "caller-gone", at: 7_100, heard: "One two" });
    expect(call.all.slice(-3)).toMatchObject([
      { type: "record", turn: { speaker: "persona", text: "One two" } },
      { type: "record", turn: { speaker: "caller", text: "mhm" } },
      { type: "end" },
    ]);
  });

  it("are one with the turn that they went on with", () => {
    const call = greeted();
    call.tell({
      type: "turn-ended",
      at: 6_000,
      text: "Please stop and",
      startedAt: 5_000,
      endpointingMs: 300,
    });
    call.tell({ type: "words", at: 6_900, text: "don't call me again" });
    call.tell({ type: "caller-gone", at: 7_000, heard: "" });
    expect(said(call)).toEqual(["Please stop and don't call me again"]);
    expect(call.last("opt-out")?.evidence).toBe("Please stop and don't call me again");
  });

  it("are written down once when their turn did end", () => {
    const call = greeted();
    call.tell({ type: "words", at: 5_800, text: "Tell me" });
    call.tell({ type: "turn-ended", at: 6_000, text: "Tell me.", startedAt: 5_000, endpointingMs: 300 });
    call.tell({ type: "caller-gone", at: 6_100, heard: "" });
    expect(said(call)).toEqual(["Tell me."]);
  });

  it.each([
    ["the limit", { type: "tick", at: 600_000 }],
    ["the voice's failure", { type: "voice-failed", at: 6_100, heard: "" }],
  ] as const)("are written down at %s", (_, event) => {
    const call = greeted();
    call.tell({ type: "words", at: 6_000, text: "and then I" });
    call.tell(event);
    expect(said(call)).toEqual(["and then I"]);
    expect(call.all.at(-1)?.type).toBe("end");
  });
});

describe("keys that nobody answered yet", () => {
  it("are written down when the caller hangs up", () => {
    const call = greeted();
    for (const digit of ["1", "9"]) call.tell({ type: "digit", at: 6_000, digit });
    call.tell({ type: "caller-gone", at: 6_200, heard: "" });
    expect(said(call)).toEqual(["The caller pressed 1 9."]);
    expect(call.last("opt-out")).toBeUndefined();
  });

  it("hold when it was the one that ends all calls", () => {
    const call = greeted();
    call.tell({ type: "digit", at: 6_000, digit: "9" });
    call.tell({ type: "caller-gone", at: 6_100, heard: "" });
    expect(call.last("opt-out")).toEqual({ type: "opt-out", source: "digit", evidence: "9" });
  });
});
