/**
 * One call of the account: queued, dialled, ringing, talking, over; each step once, and told by signed callbacks.
 * A call's seconds are counted from the answer and rounded up, as Twilio rounds what it bills.
 */
import { randomBytes } from "node:crypto";
import type { Line, PhoneCall } from "../phones/phone-call.ts";
import type { Phones } from "../phones/phones.ts";
import type { CallOrder } from "./call-order.ts";
import { Playback } from "./playback.ts";
import type { Fields } from "./signature.ts";
import { sendSigned, type WebRequest } from "./signed-request.ts";
import type { Ticker } from "./ticker.ts";
import { TwimlRun } from "./twiml-run.ts";

export type FinalStatus = "completed" | "busy" | "no-answer" | "failed" | "canceled";
export type CallStatus = "queued" | "ringing" | "in-progress" | FinalStatus;

export interface CallWorld {
  accountSid: string;
  authToken: string;
  phones: Phones;
  ticker: Ticker;
  streamFault: () => { dropAfterMs?: number; stall?: boolean };
  log: (event: Record<string, unknown>) => void;
}

export const newSid = (prefix: string): string => prefix + randomBytes(16).toString("hex");
export const rfc2822 = (date: Date): string => date.toUTCString().replace("GMT", "+0000");

const sipCodes = { completed: "200", busy: "486", "no-answer": "487", canceled: "487", failed: "500" };

export class Call {
  readonly sid = newSid("CA");
  readonly createdAt = new Date();
  readonly order: CallOrder;
  readonly playback = new Playback();
  readonly world: CallWorld;
  status: CallStatus = "queued";
  updatedAt = this.createdAt;
  startedAt: Date | undefined;
  answeredAt: Date | undefined;
  endedAt: Date | undefined;
  #handset: PhoneCall | undefined;
  #run: TwimlRun | undefined;
  #sequence = 0;
  #sipCode: string | undefined;
  #limit: NodeJS.Timeout | undefined;
  #stopSound: (() => void) | undefined;

  constructor(order: CallOrder, world: CallWorld) {
    this.order = order;
    this.world = world;
  }

  get isOver(): boolean {
    return this.endedAt !== undefined;
  }

  get durationSeconds(): number {
    if (this.endedAt === undefined || this.answeredAt === undefined) return 0;
    return Math.ceil((this.endedAt.getTime() - this.answeredAt.getTime()) / 1000);
  }

  dial(): void {
    if (this.isOver) return;
    this.startedAt = new Date();
    this.#tell("initiated", "initiated");
    this.#move("ringing");
    this.#tell("ringing", "ringing");
    this.#limit = setTimeout(() => this.end("no-answer"), this.order.timeoutSeconds * 1000);
    const line: Line = {
      sid: this.sid,
      from: this.order.from,
      answer: () => this.#answer(),
      refuse: (reason) =>
        queueMicrotask(() => {
          this.#sipCode = reason === "busy" ? "486" : "603";
          this.end("busy");
        }),
      hangUp: () => this.end(this.status === "in-progress" ? "completed" : "busy"),
      press: (digit) => this.#run?.press(digit),
    };
    this.#handset = this.world.phones.at(this.order.to).ring(line);
  }

  #answer(): void {
    if (this.status !== "ringing") return;
    clearTimeout(this.#limit);
    this.answeredAt = new Date();
    this.#move("in-progress");
    this.#handset?.change("in-progress");
    this.#tell("answered", "in-progress");
    this.#limit = setTimeout(() => this.end("completed"), this.order.timeLimitSeconds * 1000);
    this.#stopSound = this.world.ticker.add(() => this.#tick());
    this.follow(this.order);
  }

  /** New instructions: at the answer, or by an update of the running call. */
  follow(source: { request?: WebRequest; twiml?: string }): void {
    this.#run?.stop();
    this.playback.clear();
    const run = new TwimlRun(this);
    this.#run = run;
    run.start(source).then(
      (isFinished) => {
        if (isFinished) this.end("completed");
      },
      (error: unknown) => {
        this.world.log({ event: "twiml failed", callSid: this.sid, error: String(error) });
        this.end("failed");
      },
    );
  }

  end(status: FinalStatus): void {
    if (this.isOver) return;
    clearTimeout(this.#limit);
    this.#stopSound?.();
    this.endedAt = new Date();
    this.#move(status);
    this.#run?.stop();
    this.#handset?.change(status);
    const seconds = this.durationSeconds;
    this.#tell("completed", status, [
      ["CallDuration", String(seconds)],
      ["Duration", String(Math.ceil(seconds / 60))],
      ["SipResponseCode", this.#sipCode ?? sipCodes[status]],
    ]);
  }

  /** What each of Twilio's requests about this call says of it. */
  fields(status: string): [string, string][] {
    const { from, to } = this.order;
    const places = ["From", "To", "Caller", "Called"].flatMap((who) =>
      ["City", "State", "Zip", "Country"].map((what): [string, string] => [who + what, ""]),
    );
    return [
      ["CallSid", this.sid],
      ["AccountSid", this.world.accountSid],
      ["From", from],
      ["To", to],
      ["Caller", from],
      ["Called", to],
      ["CallStatus", status],
      ["ApiVersion", "2010-04-01"],
      ["Direction", "outbound-api"],
      ...places,
    ];
  }

  /** A signed request whose answer does not matter; that it failed does. */
  notify(url: string, method: "GET" | "POST", fields: Fields): void {
    const lost = (why: string) =>
      this.world.log({ event: "callback failed", callSid: this.sid, status: this.status, why });
    sendSigned({ url, method, fields }, this.world.authToken).then(
      async (response) => {
        await response.body?.cancel();
        if (!response.ok) lost(`HTTP ${response.status}`);
      },
      (error: unknown) => lost(String(error)),
    );
  }

  #tick(): void {
    const spoken = this.#handset?.tick(this.playback.next());
    if (spoken !== undefined) this.#run?.hear(spoken);
  }

  #move(status: CallStatus): void {
    this.status = status;
    this.updatedAt = new Date();
  }

  #tell(event: string, status: string, more: Fields = []): void {
    const { callback } = this.order;
    const sequence = this.#sequence;
    this.#sequence += 1;
    if (callback?.events.includes(event) !== true) return;
    this.notify(callback.url, callback.method, [
      ...this.fields(status),
      ["SequenceNumber", String(sequence)],
      ["Timestamp", rfc2822(new Date())],
      ["CallbackSource", "call-progress-events"],
      ...more,
    ]);
  }
}
