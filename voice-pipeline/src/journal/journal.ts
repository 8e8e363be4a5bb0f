/**
 * One call's journal: on disk before it is delivered, delivered in order, kept until acknowledged, then removed.
 * What the mesh refuses for good is set aside as `.refused`.
 */
import { closeSync, existsSync, fsync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type JournalEntry, journalEntry } from "@callmeback/shared/contract/voice";
import { log } from "../log.ts";
import { type Mesh, MeshRefusal } from "../mesh.ts";
import { entryText, readJournal, type SoFar, soFarText } from "./journal-file.ts";
import { type JournalHome, journalSuffix } from "./ownership.ts";

/** An entry without what the journal itself gives. */
export type Entry = JournalEntry extends infer Each
  ? Each extends JournalEntry
    ? Omit<Each, "seq" | "at">
    : never
  : never;

const mostAtOnce = 200;
const longestWaitMs = 10_000;
/** No more of a turn than this is lost with the process. */
const soFarEveryMs = 500;

export interface JournalParts {
  home: JournalHome;
  mesh: Pick<Mesh, "deliver">;
  /** Ends the delivery; what is not delivered stays on disk. */
  stop: AbortSignal;
}

export class Journal {
  readonly #callId: string;
  readonly #path: string;
  readonly #file: number;
  readonly #parts: JournalParts;
  #seq = 0;
  #unsent: JournalEntry[] = [];
  #delivering: Promise<void> | null = null;
  /** Settles when what was written is safe from a power cut too. */
  #synced: Promise<void> = Promise.resolve();
  #isClosing = false;
  #isEnded = false;
  #isRefused = false;
  /** Of each speaker's turn that goes on: when it began, and what was last written of it. */
  readonly #soFar = new Map<SoFar["speaker"], SoFar>();

  constructor(callId: string, parts: JournalParts) {
    this.#callId = callId;
    this.#path = join(parts.home.directory, callId + journalSuffix);
    this.#parts = parts;
    const isLeftOver = existsSync(this.#path);
    const { entries, unfinished } = isLeftOver ? readJournal(this.#path) : { entries: [], unfinished: [] };
    this.#file = openSync(this.#path, "a");
    // A line that was cut in half must not swallow the next one.
    if (isLeftOver) writeSync(this.#file, "\n");
    this.#unsent = entries;
    this.#seq = entries.at(-1)?.seq ?? 0;
    this.#isEnded = entries.some(({ type }) => type === "ended");
    if (!this.#isEnded) for (const soFar of unfinished) this.#appendCut(soFar);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  append(entry: Entry, at: Date): void {
    this.#seq += 1;
    const whole = journalEntry.parse({ ...entry, seq: this.#seq, at: at.toISOString() });
    writeSync(this.#file, entryText(whole));
    if (whole.type === "turn") this.#soFar.delete(whole.speaker);
    if (whole.type === "turn" || whole.type === "ended") this.#sync();
    this.#isEnded ||= whole.type === "ended";
    this.#unsent.push(whole);
    this.#wake();
  }

  /** Keeps what was said so far of a turn that goes on, in case that this process does not see its end. */
  soFar(speaker: SoFar["speaker"], text: string, at: Date): void {
    const last = this.#soFar.get(speaker);
    const isSoon = last !== undefined && at.getTime() - Date.parse(last.at) < soFarEveryMs;
    if (this.#isEnded || isSoon || text === "" || text === last?.text) return;
    const now = at.toISOString();
    const line = { speaker, text: text.slice(0, 20_000), started_at: last?.started_at ?? now, at: now };
    this.#soFar.set(speaker, line);
    writeSync(this.#file, soFarText(line));
  }

  /** Resolves when all is delivered, or when the process stops; what is not delivered stays on disk. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    await this.#delivering;
    await this.#synced;
    closeSync(this.#file);
    if (this.#isRefused) {
      log("journal_refused", { call_id: this.#callId, entries: this.#unsent.length });
      renameSync(this.#path, `${join(this.#parts.home.root, this.#callId + journalSuffix)}.refused`);
    } else if (this.#unsent.length === 0) rmSync(this.#path, { force: true });
  }

  /** A turn whose process was killed in its midst, as far as it came. */
  #appendCut({ speaker, text, started_at, at }: SoFar): void {
    const interrupted = speaker === "persona";
    this.append(
      { type: "turn", speaker, text, started_at, ended_at: at, interrupted, latency: null },
      new Date(at),
    );
  }

  /** Beside the event loop: a disk that takes its time must not be heard in anybody's call. */
  #sync(): void {
    const before = this.#synced;
    const now = new Promise<void>((resolve) => {
      fsync(this.#file, (error) => {
        if (error) log("journal_not_synced", { call_id: this.#callId, message: error.message });
        resolve();
      });
    });
    this.#synced = before.then(() => now);
  }

  #wake(): void {
    this.#delivering ??= this.#deliver().finally(() => {
      this.#delivering = null;
      const isOpen = !this.#parts.stop.aborted && !this.#isClosing && !this.#isRefused;
      if (this.#unsent.length > 0 && isOpen) this.#wake();
    });
  }

  async #deliver(): Promise<void> {
    const { mesh, stop } = this.#parts;
    for (let waitMs = 200; this.#unsent.length > 0 && !stop.aborted && !this.#isRefused; ) {
      await this.#synced;
      try {
        const acknowledged = await mesh.deliver(this.#callId, this.#unsent.slice(0, mostAtOnce));
        this.#unsent = this.#unsent.filter(({ seq }) => seq > acknowledged);
        waitMs = 200;
      } catch (error) {
        // A call that the mesh does not know, or an entry that it does not understand, will never be taken; what was said is
        // kept for a person to look at.
        if (error instanceof MeshRefusal && [400, 404].includes(error.status)) {
          this.#isRefused = true;
          return;
        }
        await wait(waitMs, undefined, { signal: stop }).catch(() => {});
        waitMs = Math.min(waitMs * 2, longestWaitMs);
      }
    }
  }
}
