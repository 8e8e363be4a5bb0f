/**
 * A handset that a person holds, in a browser: JSON both ways. It is told `ringing`, `answered`, `ended`, `heard`,
 * `said` and `audio` (base64 mu-law, 20 ms); it takes `answer`, `decline`, `hangup`, `say`, `digits` and `audio`.
 */
import type { PhoneCall, PhoneCallEvent } from "./phone-call.ts";
import type { LiveHandset, Phone } from "./phones.ts";

const describe = (call: PhoneCall, event: PhoneCallEvent): object => {
  const { sid, from } = call.line;
  if (event.type === "played") return { type: "audio", payload: event.sound.toString("base64") };
  if (event.type !== "state") return { ...event, sid };
  if (event.state === "ringing") return { type: "ringing", sid, from };
  if (event.state === "in-progress") return { type: "answered", sid };
  return { type: "ended", sid, state: event.state };
};

const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/;

const act = (call: PhoneCall, message: Record<string, unknown>): string | undefined => {
  const { type, text, digits, payload } = message;
  const isTalking = call.state === "in-progress";
  if (type === "answer" && call.state === "ringing") call.line.answer();
  else if (type === "decline" && call.state === "ringing") call.line.refuse("decline");
  else if (type === "hangup") call.line.hangUp();
  else if (!isTalking) return `"${String(type)}" does not fit a call that is ${call.state}.`;
  else if (type === "say" && typeof text === "string" && text.trim() !== "" && text.length <= 2_000)
    call.say(text);
  else if (type === "digits" && typeof digits === "string" && /^[0-9A-D*#]{1,32}$/.test(digits))
    call.press(digits);
  else if (type === "audio" && typeof payload === "string" && isBase64.test(payload))
    call.speakInto(Buffer.from(payload, "base64"));
  else return "The handset knows answer, decline, hangup, say {text}, digits {digits} and audio {payload}.";
  return undefined;
};

/** A page that is reloaded comes back well within this time; until then the call waits for it. */
const comesBackWithinMs = 4_000;

export const attachHandset = (phone: Phone, send: (message: object) => void) => {
  const handset: LiveHandset = { tell: (call, event) => send(describe(call, event)) };
  phone.live = handset;
  const current = (): PhoneCall | undefined => phone.calls.find((call) => call.isAlive);
  send({ type: "ready" });
  const running = current();
  if (running !== undefined) {
    send(describe(running, { type: "state", state: "ringing" }));
    if (running.state === "in-progress") send(describe(running, { type: "state", state: "in-progress" }));
  }
  return {
    receive(text: string): void {
      let message: unknown;
      try {
        message = JSON.parse(text);
      } catch {
        send({ type: "error", message: "The message is not JSON." });
        return;
      }
      const call = current();
      const problem = call === undefined ? "No call is here." : act(call, Object(message));
      if (problem !== undefined) send({ type: "error", message: problem });
    },
    /** The person is gone: unless they come back soon the phone is hung up, and does again what it was told. */
    detach(): void {
      if (phone.live !== handset) return;
      phone.live = undefined;
      const left = current();
      const giveUp = (): void => {
        if (phone.live === undefined && left?.isAlive === true) left.line.hangUp();
      };
      if (left !== undefined) setTimeout(giveUp, comesBackWithinMs).unref();
    },
  };
};
