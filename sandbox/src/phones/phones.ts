/** Every telephone of the sandbox, by its number: what it will do, its calls and its messages. */
import { type Line, PhoneCall, type PhoneCallEvent } from "./phone-call.ts";
import { friendlyPlan, type HandsetPlan } from "./script.ts";

export interface PhoneMessage {
  at: string;
  from: string;
  body: string;
}

/** A person at a browser, who decides instead of the plan. */
export interface LiveHandset {
  tell(call: PhoneCall, event: PhoneCallEvent): void;
}

export class Phone {
  readonly messages: PhoneMessage[] = [];
  readonly calls: PhoneCall[] = [];
  plan: HandsetPlan = friendlyPlan;
  live: LiveHandset | undefined;
  readonly #answering = new Set<NodeJS.Timeout>();

  /** The network rings this phone; what it does comes back over the line. */
  ring(line: Line): PhoneCall {
    const { live, plan } = this;
    const call: PhoneCall = new PhoneCall(line, live === undefined ? plan.script : [], (event) => {
      if (this.calls.includes(call)) this.live?.tell(call, event);
    });
    const isEngaged = this.calls.some((each) => each.isAlive);
    this.calls.push(call);
    if (isEngaged || (live === undefined && plan.behaviour === "busy")) line.refuse("busy");
    else if (live !== undefined) live.tell(call, { type: "state", state: "ringing" });
    else if (plan.behaviour !== "no-answer") this.#decideLater(call, plan);
    return call;
  }

  #decideLater(call: PhoneCall, plan: HandsetPlan): void {
    const timer = setTimeout(() => {
      this.#answering.delete(timer);
      if (call.state !== "ringing") return;
      if (plan.behaviour === "decline") call.line.refuse("decline");
      else call.line.answer();
    }, plan.answerAfterMs);
    this.#answering.add(timer);
  }

  forget(): void {
    for (const timer of this.#answering) clearTimeout(timer);
  }
}

export class Phones {
  readonly #phones = new Map<string, Phone>();

  at(number: string): Phone {
    const known = this.#phones.get(number);
    if (known !== undefined) return known;
    const phone = new Phone();
    this.#phones.set(number, phone);
    return phone;
  }

  /** Everything but who holds a live handset, which is a person's and not ours to hang up. */
  reset(): void {
    const live = [...this.#phones].flatMap(([number, phone]) =>
      phone.live === undefined ? [] : [[number, phone.live] as const],
    );
    for (const phone of this.#phones.values()) phone.forget();
    this.#phones.clear();
    for (const [number, handset] of live) this.at(number).live = handset;
  }
}
