// A stranger's view of the API and of the telephone in their hand: HTTP and nothing else.

export interface Utterance {
  at: string;
  /** When the last sound of it left; only of what was said. */
  until?: string;
  text: string;
}

interface PhoneView {
  messages: { body: string }[];
  calls: { sid: string; state: string; heard: Utterance[]; said: Utterance[] }[];
}

interface TurnView {
  speaker: "caller" | "persona";
  text: string;
  interrupted: boolean;
  latency: Record<string, number | null> | null;
}

export interface CallView {
  id: string;
  status: string;
  end_reason: string | null;
  fault: string | null;
  duration: number | null;
  cost: number | null;
  credit: { seconds: number; amount: number } | null;
  turns: TurnView[];
  payment: {
    payment_intent_id: string;
    state: string;
    held: number;
    captured: number | null;
    released: number | null;
  };
}

/** One person's client. @throws Error with the API's own words when an answer is not a good one */
export class Api {
  readonly #gatewayUrl: string;
  readonly #sandboxUrl: string;
  #token = "";

  constructor(gatewayUrl: string, sandboxUrl: string) {
    this.#gatewayUrl = gatewayUrl;
    this.#sandboxUrl = sandboxUrl;
  }

  async register(name: string, email: string, phone: string): Promise<void> {
    const body = { name, email, password: "SecurePass123!", phone };
    const { token } = await this.#ask<{ token: string }>("POST", "/api/auth/register", body);
    this.#token = token;
  }

  /** Asks for a code and reads it off the telephone. */
  async verifyPhone(phone: string): Promise<void> {
    await this.#ask("POST", "/api/user/phone/verification");
    const code = /\d{6}/.exec((await this.phone(phone)).messages.at(-1)?.body ?? "")?.[0];
    await this.#ask("POST", "/api/user/phone/verification/check", { code });
  }

  async addCard(): Promise<void> {
    await this.#ask("POST", "/api/user/payment-method", {
      payment_method_id: "pm_card_visa",
      set_as_default: true,
    });
  }

  hold(minutes: number): Promise<{ payment_intent_id: string; amount: number }> {
    return this.#ask("POST", "/api/user/create-payment-intent", { estimated_duration: minutes });
  }

  async persona(name: string): Promise<string> {
    const query = new URLSearchParams({ search: name });
    const { personas } = await this.#ask<{ personas: { id: string }[] }>("GET", `/api/personas?${query}`);
    if (personas[0] === undefined) throw new Error(`There is no persona called ${name}.`);
    return personas[0].id;
  }

  async call(phone_number: string, persona_id: string, payment_intent_id: string): Promise<string> {
    const body = { phone_number, persona_id, payment_intent_id };
    return (await this.#ask<{ call: { id: string } }>("POST", "/api/call", body)).call.id;
  }

  async callDetail(id: string): Promise<CallView> {
    return (await this.#ask<{ call: CallView }>("GET", `/api/calls/${id}`)).call;
  }

  async setPhone(phone: string, plan: object): Promise<void> {
    const response = await fetch(`${this.#sandboxUrl}/control/phones/${phone}`, {
      method: "PUT",
      body: JSON.stringify(plan),
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) throw new Error(`The sandbox refused the telephone's script: ${await response.text()}`);
  }

  async phone(phone: string): Promise<PhoneView> {
    const response = await fetch(`${this.#sandboxUrl}/control/phones/${phone}`, {
      signal: AbortSignal.timeout(5_000),
    });
    return response.json() as Promise<PhoneView>;
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(this.#gatewayUrl + path, {
      method,
      headers: {
        ...(this.#token === "" ? {} : { Authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
