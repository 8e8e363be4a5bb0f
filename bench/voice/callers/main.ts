/** The callers, in a process of their own: each sends a frame every 20 ms, their turns spread evenly over those 20 ms. */
import { setTimeout as wait } from "node:timers/promises";
import { nowMs } from "../clock.ts";
import { frameMs } from "../identity.ts";
import { openWebSocket } from "../raw-web-socket.ts";
import { streamSignature } from "../stream-signature.ts";
import { Caller } from "./caller.ts";
import { Heard } from "./heard.ts";

const [, , url = "", fakesUrl = "", wanted = "1"] = process.argv;
const count = Number(wanted);
const callsPerSecond = 40;
const lookEveryMs = 1;
const signed = { "X-Twilio-Signature": streamSignature };

const heard = new Heard();
const callers: (Caller | null)[] = Array.from({ length: count }, () => null);

const from = nowMs();
let slot = 0;
setInterval(() => {
  const now = nowMs();
  for (let due = from + (slot * frameMs) / count; due <= now; due = from + (slot * frameMs) / count) {
    heard.callersLate.add(now - due);
    callers[slot % count]?.tick();
    slot += 1;
  }
}, lookEveryMs);

const echo = await openWebSocket(`${fakesUrl.replace(/^http/, "ws")}/echo`);
echo.onMessage = (sentAt) => heard.echo.add(nowMs() - Number(sentAt.toString()));
setInterval(() => echo.sendText(String(nowMs())), frameMs);

process.on("message", (asked) => {
  if (asked === "begin") heard.begin();
  if (asked === "tell") process.send?.({ callers: heard.report() });
  if (asked === "hang-up") {
    for (const caller of callers) caller?.hangUp();
    process.send?.({ hungUp: true });
  }
});
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

for (let call = 0; call < count; call += 1) {
  // Who is turned away stays away, and is counted.
  const socket = await openWebSocket(url, signed).catch(() => null);
  if (socket === null) heard.refused += 1;
  else callers[call] = new Caller(socket, call + 1, heard);
  await wait(1000 / callsPerSecond);
}
process.stdout.write("ready callers\n");
