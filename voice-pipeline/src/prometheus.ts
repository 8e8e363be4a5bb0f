/** Counters, gauges and histograms in Prometheus's text format. Written by hand: docs/decisions/0100 says why. */

const prefix = "callmeback_voice_";
/** Seconds. A telephone's answer is judged between a tenth of a second and three. */
const bounds = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];

const head = (name: string, kind: string, help: string) =>
  `# HELP ${prefix}${name} ${help}\n# TYPE ${prefix}${name} ${kind}\n`;

/** One number, or one for each value of a label. */
export class Count<Label extends string = never> {
  readonly #name: string;
  readonly #kind: "counter" | "gauge";
  readonly #help: string;
  readonly #label: string | null;
  readonly #values = new Map<string, number>();

  constructor(kind: "counter" | "gauge", name: string, help: string, label: string | null = null) {
    this.#kind = kind;
    this.#name = name;
    this.#help = help;
    this.#label = label;
    if (label === null) this.#values.set("", 0);
  }

  add(amount: number, ...[value]: [Label] | []): void {
    this.#values.set(value ?? "", (this.#values.get(value ?? "") ?? 0) + amount);
  }

  set(amount: number): void {
    this.#values.set("", amount);
  }

  get value(): number {
    return this.#values.get("") ?? 0;
  }

  text(): string {
    const label = this.#label;
    const lines = [...this.#values].map(([value, count]) => {
      const labels = label === null ? "" : `{${label}="${value}"}`;
      return `${prefix}${this.#name}${labels} ${count}\n`;
    });
    return head(this.#name, this.#kind, this.#help) + lines.join("");
  }
}

export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #counts = bounds.map(() => 0);
  #count = 0;
  #sum = 0;

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  observe(seconds: number): void {
    this.#count += 1;
    this.#sum += seconds;
    const place = bounds.findIndex((bound) => seconds <= bound);
    if (place >= 0) this.#counts[place] = (this.#counts[place] ?? 0) + 1;
  }

  text(): string {
    let below = 0;
    const name = prefix + this.#name;
    const buckets = bounds.map((bound, place) => {
      below += this.#counts[place] ?? 0;
      return `${name}_bucket{le="${bound}"} ${below}\n`;
    });
    const rest = `${name}_bucket{le="+Inf"} ${this.#count}\n${name}_sum ${this.#sum}\n${name}_count ${this.#count}\n`;
    return head(this.#name, "histogram", this.#help) + buckets.join("") + rest;
  }
}
