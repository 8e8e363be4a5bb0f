/**
 * One call's journal: on disk before it is delivered, delivered in order, kept until acknowledged, then removed.
 * What the mesh refuses for good is set aside as `.refused`. A line that a crash cut in half is left out when the file is read again.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type JournalEntry, journalEntry } from "@callmeback/shared/contract/voice";
import { log } from "../log.ts";
import { type Mesh, MeshRefusal } from "../mesh.ts";

/** An entry without what the journal itself gives. */
export type Entry = JournalEntry extends infer Each
  ? Each extends JournalEntry
    ? Omit<Each, "seq" | "at">
    : never
  : never;

const mostAtOnce = 200;
const longestWaitMs = 10_000;

export class Journal {
  readonly #callId: string;
  readonly #path: string;
  readonly #file: number;
  readonly #mesh: Mesh;
  #seq = 0;
  #unsent: JournalEntry[] = [];
  #delivering: Promise<void> | null = null;
  #isClosing = false;
  #isEnded = false;
  #isRefused = false;
  readonly #stop: AbortSignal;

  constructor(directory: string, callId: string, mesh: Mesh, stop: AbortSignal) {
    this.#callId = callId;
    this.#path = join(directory, `${callId}.jsonl`);
    this.#mesh = mesh;
    this.#stop = stop;
    const isLeftOver = existsSync(this.#path);
    if (isLeftOver) this.#readBack();
    this.#file = openSync(this.#path, "a");
    // A line that was cut in half must not swallow the next one.
    if (isLeftOver) writeSync(this.#file, "\n");
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  append(entry: Entry, at: Date): void {
    this.#seq += 1;
    const whole = journalEntry.parse({ ...entry, seq: this.#seq, at: at.toISOString() });
    writeSync(this.#file, `${JSON.stringify(whole)}\n`);
    if (whole.type === "turn" || whole.type === "ended") fsyncSync(this.#file);
    this.#isEnded ||= whole.type === "ended";
    this.#unsent.push(whole);
    this.#wake();
  }

  /** Resolves when all is delivered, or when the process stops; what is not delivered stays on disk. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    await this.#delivering;
    closeSync(this.#file);
    if (this.#isRefused) {
      log("journal_refused", { call_id: this.#callId, entries: this.#unsent.length });
      renameSync(this.#path, `${this.#path}.refused`);
    } else if (this.#unsent.length === 0) rmSync(this.#path, { force: true });
  }

  #readBack(): void {
    const text = readFileSync(this.#path, "utf8");
    for (const line of text.split("\n").filter(Boolean)) {
      try {
        const entry = journalEntry.parse(JSON.parse(line));
        this.#unsent.push(entry);
        this.#seq = entry.seq;
        this.#isEnded ||= entry.type === "ended";
      } catch {}
    }
  }

  #wake(): void {
    this.#delivering ??= this.#deliver().finally(() => {
      this.#delivering = null;
      const isOpen = !this.#stop.aborted && !this.#isClosing && !this.#isRefused;
      if (this.#unsent.length > 0 && isOpen) this.#wake();
    });
  }

  async #deliver(): Promise<void> {
    for (let waitMs = 200; this.#unsent.length > 0 && !this.#stop.aborted && !this.#isRefused; ) {
      try {
        const acknowledged = await this.#mesh.deliver(this.#callId, this.#unsent.slice(0, mostAtOnce));
        this.#unsent = this.#unsent.filter(({ seq }) => seq > acknowledged);
        waitMs = 200;
      } catch (error) {
        // A call that the mesh does not know will never be taken; what was said in it is kept for a person to look at.
        if (error instanceof MeshRefusal && error.status === 404) {
          this.#isRefused = true;
          return;
        }
        await wait(waitMs, undefined, { signal: this.#stop }).catch(() => {});
        waitMs = Math.min(waitMs * 2, longestWaitMs);
      }
    }
  }
}

/** Delivers what an earlier process left behind; a call with no end was lost with it. */
export const deliverLeftOvers = (directory: string, mesh: Mesh, stop: AbortSignal): Promise<void>[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .map(async (name) => {
      const journal = new Journal(directory, name.slice(0, -".jsonl".length), mesh, stop);
      const usage = {
        speech_to_text_seconds: 0,
        llm_input_tokens: 0,
        llm_output_tokens: 0,
        speech_characters: 0,
      };
      if (!journal.isEnded)
        journal.append({ type: "ended", end_reason: "node_lost", fault: "us", usage }, new Date());
      await journal.close();
    });
