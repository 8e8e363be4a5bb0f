// One whole call as a stranger would make it: register, verify, card, hold, call, talk, hang up, receipt.
// Prints what both sides heard as they hear it; the same function is a test of the whole house.
import { setTimeout as pause } from "node:timers/promises";
import { type Account, disagreements } from "./agreement.ts";
import { Api, type CallView, type Utterance } from "./api.ts";
import { stripeBooks } from "./stripe-books.ts";
import { medianMs, voiceToVoice } from "./voice-to-voice.ts";

type Step =
  | { say: string }
  | { interrupt: string; afterMs: number }
  | { silenceMs: number }
  | { hangup: true };
const beginning: Step[] = [
  { say: "Hello, my name is Ada." },
  { say: "What time is it?" },
  { say: "Please tell me a long story." },
  { interrupt: "Wait, stop please. What did you say?", afterMs: 3_000 },
  { say: "What is my name?" },
];
const end: Step[] = [{ say: "Thank you, that is all. Goodbye!" }, { silenceMs: 20_000 }, { hangup: true }];
/** At least five turns, one interruption, one function call. */
export const shortTalk: readonly Step[] = [...beginning, ...end];
/** Ten replies and more, so that there is a median of them. */
export const longTalk: readonly Step[] = [
  ...beginning,
  { say: "How are you today?" },
  { say: "Please tell me a joke." },
  { say: "What can you do?" },
  { say: "I am a little tired today." },
  { say: "Who are you?" },
  { say: "What is twelve times seven?" },
  ...end,
];

export interface DemoStack {
  gatewayUrl: string;
  sandboxUrl: string;
  /** Stripe's secret key, to read its own books at the end. */
  stripeSecretKey: string;
}

const callWithinMs = 200_000;
const lookEveryMs = 200;
/** Longer than the longest word. */
const quietMs = 1_200;
const ended = new Set(["completed", "failed", "canceled"]);
/** Twilio's words for a line that is still open. */
const alive = new Set(["ringing", "in-progress"]);

/** Returns every disagreement between what was heard, stored and paid; none is success. */
export async function runDemo(
  stack: DemoStack,
  script: readonly Step[],
  print: (line: string) => void,
): Promise<{ account: Account; wrong: string[] }> {
  const api = new Api(stack.gatewayUrl, stack.sandboxUrl);
  const unique = Date.now().toString();
  const phone = `+1415555${unique.slice(-4)}`;
  await api.register("Ada Lovelace", `ada.${unique}@example.com`, phone);
  await api.verifyPhone(phone);
  await api.addCard();
  const { payment_intent_id, amount } = await api.hold(5);
  print(
    `Ada has verified …${phone.slice(-4)} and holds $${(amount / 100).toFixed(2)} for at most 5 minutes.`,
  );
  await api.setPhone(phone, { behaviour: "answer", answerAfterMs: 500, script });
  const callId = await api.call(phone, await api.persona("Best Friend"), payment_intent_id);
  print("The phone rings …\n");
  const call = await follow(api, phone, callId, print);
  const view = (await api.phone(phone)).calls.at(-1);
  const books = await stripeBooks(stack.sandboxUrl, stack.stripeSecretKey, payment_intent_id);
  const account = { heard: view?.heard ?? [], said: view?.said ?? [], call, stripe: books };
  printLatencies(call, print);
  printVoiceToVoice(account, print);
  printReceipt(call, print);
  const wrong = disagreements(account);
  for (const sentence of wrong) print(`DISAGREES: ${sentence}`);
  if (wrong.length === 0)
    print("Heard words, transcript, duration, price, capture and released rest all agree.");
  return { account, wrong };
}

/** Prints each utterance once it is whole, until the call has ended and its hold is settled. */
async function follow(
  api: Api,
  phone: string,
  callId: string,
  print: (line: string) => void,
): Promise<CallView> {
  const deadline = Date.now() + callWithinMs;
  const printed = { heard: 0, said: 0 };
  let growing = { text: "", since: 0 };
  for (;;) {
    const view = (await api.phone(phone)).calls.at(-1);
    const isOver = view !== undefined && !alive.has(view.state);
    const lines: (Utterance & { who: string })[] = [];
    for (const side of ["heard", "said"] as const) {
      const all = view?.[side] ?? [];
      // The last utterance may still grow while the line is open: it is whole once it stays so for a while.
      const last = all.at(-1)?.text ?? "";
      if (side === "heard" && last !== growing.text) growing = { text: last, since: Date.now() };
      const mayGrow = side === "heard" && !isOver && Date.now() - growing.since < quietMs;
      const whole = mayGrow ? all.slice(0, -1) : all;
      lines.push(
        ...whole.slice(printed[side]).map((line) => ({ ...line, who: side === "heard" ? "persona" : "Ada" })),
      );
      printed[side] = Math.max(printed[side], whole.length);
    }
    for (const line of lines.sort((a, b) => a.at.localeCompare(b.at)))
      print(`${line.who.padStart(8)}  ${line.text}`);
    if (isOver || Date.now() > deadline) break;
    await pause(lookEveryMs);
  }
  for (;;) {
    const call = await api.callDetail(callId);
    if (ended.has(call.status) && ["captured", "released"].includes(call.payment.state)) return call;
    if (Date.now() > deadline)
      throw new Error(`The call is still ${call.status}, its hold ${call.payment.state}.`);
    await pause(lookEveryMs * 5);
  }
}

function printLatencies(call: CallView, print: (line: string) => void): void {
  print("\n   turn  endpointing  first token  first audio  to the wire   (milliseconds)");
  const replies = call.turns.filter((turn) => turn.speaker === "persona" && turn.latency !== null);
  for (const [index, { latency }] of replies.entries()) {
    const cell = (name: string) => (latency?.[name] == null ? "–" : Math.round(latency[name]).toString());
    const cells = [
      cell("endpointing_ms"),
      cell("first_token_ms"),
      cell("first_audio_ms"),
      cell("first_frame_ms"),
    ];
    print(`   ${String(index + 1).padStart(4)}${cells.map((text) => text.padStart(13)).join("")}`);
  }
}

function printVoiceToVoice(account: Account, print: (line: string) => void): void {
  const times = voiceToVoice(account);
  print(
    "\n   Voice to voice, as the handset hears it: from Ada's last sound to the persona's first (milliseconds)",
  );
  print(`   ${times.join(", ")}`);
  print(`   p50 of ${times.length} replies: ${medianMs(times)} ms`);
}

function printReceipt(call: CallView, print: (line: string) => void): void {
  const money = (dollars: number | null) => (dollars === null ? "unknown" : `$${dollars.toFixed(2)}`);
  print(`\n   Receipt   ${call.duration} s, ended by ${call.end_reason}`);
  print(`   price     ${money(call.cost)} ($0.25 and $0.40 a minute, by the second)`);
  print(`   held      ${money(call.payment.held)}`);
  print(`   captured  ${money(call.payment.captured)}`);
  print(`   released  ${money(call.payment.released)}\n`);
}
