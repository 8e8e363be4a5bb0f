/** Whole calls by sound: the pipeline between a telephone's protocol, three providers and a mesh, each on loopback. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { journalsIn } from "./journal/journal-world.ts";
import { type Pipeline, startPipeline } from "./testing/pipeline.ts";
import { telephone } from "./testing/telephone.ts";

/** Longer than Flux takes from an eager end of turn to its end. */
const firstTokenMs = 500;

describe.each([
  { model: "nova-3", isEager: false },
  { model: "flux-general-en", isEager: true },
])("a whole call, heard by $model", ({ model, isEager }) => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await startPipeline(model);
    pipeline.faults.set("llm", { firstByteMs: firstTokenMs });
  });
  afterAll(() => pipeline.close());

  it("is held by sound, with an interruption and a function, and ends after the goodbye was heard", async () => {
    const { seen, turnsOf } = pipeline;
    const phone = await telephone(pipeline.streamUrl);
    phone.steps.push(
      { say: "I would like to – hear a story.", over: false },
      { say: "Stop, what time is it?", over: true },
      { say: "Goodbye!", over: false },
    );
    seen.onHangup = () => phone.socket.send('{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}');
    await phone.closed;
    await expect.poll(() => seen.entries.at(-1)?.type).toBe("ended");
    await expect.poll(() => journalsIn(pipeline.directory)).toEqual([]);
    expect(turnsOf("caller").map(({ text }) => text)).toEqual([
      "I would like to hear a story.",
      "Stop, what time is it?",
      "Goodbye!",
    ]);
    const whole = phone.heard.filter((word) => !word.includes("�"));
    const told = turnsOf("persona").flatMap(({ text }) => text.split(" "));
    expect(whole.join(" ")).toBe(told.join(" "));
    expect(turnsOf("persona").filter(({ interrupted }) => interrupted)).toHaveLength(1);
    expect(seen.entries.map(({ seq }) => seq)).toEqual(seen.entries.map((_, index) => index + 1));
    expect(seen.entries.find((entry) => entry.type === "function")).toMatchObject({
      name: "get_current_time",
      ok: true,
    });
    expect(seen.entries.at(-1)).toMatchObject({
      end_reason: "persona_goodbye",
      fault: "none",
      lost_seconds: 0,
    });
    expect(seen.hangups).toBe(1);
    // Sooner than the model itself takes: it was asked before the turn was over.
    const goodbye = turnsOf("persona").at(-1)?.latency?.first_token_ms ?? 0;
    expect(goodbye < firstTokenMs).toBe(isEager);
  }, 60_000);

  it("never begins with a token that was used", async () => {
    const count = pipeline.seen.entries.length;
    const phone = await telephone(pipeline.streamUrl);
    expect((await phone.closed)[0]).toBe(1008);
    expect(pipeline.seen.entries).toHaveLength(count);
  });
});

it("a call whose first voice is refused is held with the second", async () => {
  const pipeline = await startPipeline("nova-3", { isVoiceRefused: true });
  const { seen, turnsOf } = pipeline;
  const phone = await telephone(pipeline.streamUrl);
  phone.steps.push({ say: "Goodbye!", over: false });
  seen.onHangup = () => phone.socket.send('{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}');
  await phone.closed;
  await expect
    .poll(() => seen.entries.at(-1))
    .toMatchObject({ type: "ended", end_reason: "persona_goodbye" });
  expect(phone.heard.join(" ")).toBe(
    turnsOf("persona")
      .map(({ text }) => text)
      .join(" "),
  );
  expect(seen.entries.some((entry) => entry.type === "fault" && entry.provider === "elevenlabs")).toBe(true);
  await pipeline.close();
}, 60_000);

it("a call whose models fail is told so in words, and goes on once they are back", async () => {
  const pipeline = await startPipeline("nova-3");
  const { seen, faults, turnsOf } = pipeline;
  faults.set("llm", { dropAfterMs: 1 });
  const phone = await telephone(pipeline.streamUrl);
  seen.onHangup = () => phone.socket.send('{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}');
  phone.steps.push({ say: "Hello, my name is Ada.", over: false });
  await expect
    .poll(() => phone.heard.join(" "), { timeout: 20_000 })
    .toContain("I lost my train of thought. Could you say that again?");
  faults.clear("llm");
  phone.steps.push({ say: "Goodbye!", over: false });
  await phone.closed;
  await expect
    .poll(() => seen.entries.at(-1))
    .toMatchObject({ type: "ended", end_reason: "persona_goodbye" });
  expect(seen.entries.some((entry) => entry.type === "fault" && entry.provider === "llm")).toBe(true);
  const [asked] = turnsOf("caller");
  const lost =
    (Date.parse(turnsOf("caller").at(-1)?.ended_at ?? "") - Date.parse(asked?.ended_at ?? "")) / 1_000;
  // From the question without an answer to the next answer, which follows the turn after it.
  expect(seen.entries.at(-1)).toMatchObject({ lost_seconds: expect.closeTo(lost, -0.3) });
  await pipeline.close();
}, 60_000);

it("a call that a mailbox takes with nothing but a beep ends as one, before anybody is asked whether they are there", async () => {
  const pipeline = await startPipeline("nova-3");
  const { seen } = pipeline;
  const phone = await telephone(pipeline.streamUrl);
  seen.onHangup = () => phone.socket.send('{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}');
  phone.steps.push({ beepMs: 300, over: true });
  await phone.closed;
  await expect
    .poll(() => seen.entries.at(-1))
    .toMatchObject({ type: "ended", end_reason: "voicemail", fault: "none" });
  expect(phone.heard.join(" ")).not.toContain("still there");
  await pipeline.close();
}, 60_000);
