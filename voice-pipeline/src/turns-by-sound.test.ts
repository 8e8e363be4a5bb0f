/** What the core decides about turns, heard at the telephone: sound, keys and providers on loopback, in real time. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Pipeline, startPipeline } from "./testing/pipeline.ts";
import { type Step, telephone } from "./testing/telephone.ts";

const stop = '{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}';
let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await startPipeline("nova-3");
});
afterEach(() => pipeline.close());

const dial = async (...steps: Step[]) => {
  const phone = await telephone(pipeline.streamUrl);
  phone.steps.push(...steps);
  pipeline.seen.onHangup = () => phone.socket.send(stop);
  return phone;
};
const over = async () => {
  await expect.poll(() => pipeline.seen.entries.at(-1)?.type, { timeout: 5_000 }).toBe("ended");
  return pipeline.seen.entries;
};

it("a question over the greeting is answered once that was heard whole", async () => {
  const phone = await dial({ say: "Who are you?", over: true }, { say: "Goodbye!", over: false });
  await phone.closed;
  const entries = await over();
  expect(entries.at(-1)).toMatchObject({ end_reason: "persona_goodbye" });
  const [greeting, answer] = pipeline.turnsOf("persona");
  const [question] = pipeline.turnsOf("caller");
  expect([greeting?.interrupted, greeting?.text.endsWith("How are you?")]).toEqual([false, true]);
  expect(question?.text).toBe("Who are you?");
  expect(Date.parse(question?.ended_at ?? "")).toBeLessThan(Date.parse(greeting?.ended_at ?? ""));
  expect(Date.parse(answer?.started_at ?? "") - Date.parse(greeting?.ended_at ?? "")).toBeLessThan(2_000);
}, 60_000);

it("a wish that is cut off by hanging up holds, and stands in the transcript", async () => {
  const text = "Stop calling me, I have told you so many times before and I will not tell you so again";
  const phone = await dial({ say: text, over: false });
  const spokenMs = () => {
    const last = phone.noted.spoken.at(-1);
    return last ? last.until - last.from : 0;
  };
  await expect.poll(spokenMs, { timeout: 30_000, interval: 20 }).toBeGreaterThan(2_500);
  phone.socket.send(stop);
  const entries = await over();
  expect(entries.at(-1)).toMatchObject({ end_reason: "opt_out" });
  expect(pipeline.turnsOf("caller").at(-1)?.text).toMatch(/^Stop calling me, I/);
  expect(entries.find(({ type }) => type === "opt_out")).toMatchObject({ source: "spoken" });
}, 60_000);

it.each(["nova-3", "flux-general-en"])(
  "a last word that %s has not told yet when the caller hangs up is waited for",
  async (model) => {
    const slow = await startPipeline(model, { isRealLatency: true });
    const phone = await telephone(slow.streamUrl);
    phone.steps.push({ say: "Lose my number!", over: false });
    await expect.poll(phone.hasSpoken, { timeout: 30_000, interval: 10 }).toBe(true);
    phone.socket.send(stop);
    await expect.poll(() => slow.seen.entries.at(-1)?.type, { timeout: 5_000 }).toBe("ended");
    expect(slow.seen.entries.at(-1)).toMatchObject({ end_reason: "opt_out" });
    expect(slow.turnsOf("caller").map(({ text }) => text)).toEqual(["Lose my number!"]);
    expect(slow.seen.entries.filter(({ type }) => type === "opt_out")).toHaveLength(1);
    expect(slow.turnsOf("persona")).toHaveLength(1);
    await slow.close();
  },
  60_000,
);

it("the star key tells what there is, and its numbers do it", async () => {
  const phone = await dial(
    { digit: "*", over: false },
    { digit: "2", over: true },
    { say: "Goodbye!", over: false },
  );
  await phone.closed;
  await over();
  expect(phone.heard.join(" ")).toMatch(/To hear that again, .*We have about two minutes left\./);
  expect(pipeline.turnsOf("caller").map(({ text }) => text)).toEqual([
    "The caller pressed *.",
    "The caller pressed 2.",
    "Goodbye!",
  ]);
}, 60_000);
