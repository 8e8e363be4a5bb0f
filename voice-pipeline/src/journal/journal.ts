/**
 * One call's journal: on disk before it is delivered, delivered in order, kept until acknowledged, then removed.
 * What the mesh refuses for good is set aside as `.refused`.
 */
import { closeSync, fdatasync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type JournalEntry, journalEntry } from "@callmeback/shared/contract/voice";
import { log } from "../log.ts";
import { type Mesh, MeshRefusal } from "../mesh.ts";
import { entryText, type JournalContent, readJournal, type SoFar, soFarText } from "./journal-file.ts";
import { leaveForLater } from "./left-for-later.ts";
import { type JournalHome, journalSuffix } from "./ownership.ts";
import { storable } from "./storable.ts";

/** An entry without what the journal itself gives. */
export type Entry = JournalEntry extends infer Each
  ? Each extends JournalEntry
    ? Omit<Each, "seq" | "at">
    : never
  : never;

const mostAtOnce = 200;
const firstWaitMs = 200;
const longestWaitMs = 10_000;
/** A mesh that is well has taken an entry long before. */
const syncAfterMs = 250;
/** Answers without a word of refusal that take nothing: after so many in a row a person must look. */
const mostIdleAnswers = 12;
/** No more of a turn than this is lost with the process. */
const soFarEveryMs = 500;

const nothing = Buffer.alloc(0);

/** For the end of a call of which nothing was measured. */
export const unmeasured = {
  lost_seconds: 0,
  usage: { speech_to_text_seconds: 0, llm_input_tokens: 0, llm_output_tokens: 0, speech_characters: 0 },
};

export interface JournalParts {
  home: JournalHome;
  mesh: Pick<Mesh, "deliver">;
  /** Ends the delivery; what is not delivered stays on disk. */
  stop: AbortSignal;
}

const pathOf = (callId: string, { home }: JournalParts): string =>
  join(home.directory, callId + journalSuffix);

export class Journal {
  readonly #callId: string;
  readonly #path: string;
  readonly #file: number;
  readonly #parts: JournalParts;
  #seq = 0;
  #unsent: JournalEntry[] = [];
  /** What a full disk did not take: it stands before the next line, so that the file never has a gap. */
  #unwritten = nothing;
  #delivering: Promise<void> | null = null;
  /** Settles when what was asked of the disk is done. */
  #synced: Promise<void> = Promise.resolve();
  #syncing: NodeJS.Timeout | undefined;
  #isClosing = false;
  #isEnded = false;
  #isRefused = false;
  /** Of each speaker's turn that goes on: when it began, and what was last written of it, and when. */
  readonly #soFar: Record<SoFar["speaker"], { text: string; startedAt: number; at: number } | null> = {
    caller: null,
    persona: null,
  };

  constructor(callId: string, parts: JournalParts) {
    this.#callId = callId;
    this.#path = pathOf(callId, parts);
    this.#parts = parts;
    this.#file = openSync(this.#path, "a");
  }

  /** What another process left of a call that was its own. */
  static async takeOver(callId: string, parts: JournalParts): Promise<Journal> {
    const content = await readJournal(pathOf(callId, parts));
    const journal = new Journal(callId, parts);
    journal.#goOn(content);
    return journal;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** @throws ZodError when the mesh would not take it; then it is not counted either */
  append(entry: Entry, at: Date): void {
    const whole = journalEntry.parse(storable({ ...entry, seq: this.#seq + 1, at: at.toISOString() }));
    this.#seq = whole.seq;
    this.#write(entryText(whole));
    if (whole.type === "turn") this.#soFar[whole.speaker] = null;
    if (whole.type === "turn" || whole.type === "ended") this.#syncLater();
    this.#isEnded ||= whole.type === "ended";
    this.#unsent.push(whole);
    this.#wake();
  }

  /**
   * Keeps what was said so far of a turn that goes on, in case that this process does not see its end.
   * @param text nothing where what was kept turned out to be nobody's turn
   * @param at in milliseconds of 1970
   */
  soFar(speaker: SoFar["speaker"], text: string, at: number): void {
    const last = this.#soFar[speaker];
    const isSoon = text !== "" && last !== null && at - last.at < soFarEveryMs;
    if (this.#isEnded || isSoon || text === (last?.text ?? "") || this.#unwritten.length > 0) return;
    const startedAt = last?.startedAt ?? at;
    const told = { text: text.slice(0, 20_000), startedAt, at };
    this.#soFar[speaker] = text === "" ? null : told;
    const [started_at, now] = [new Date(startedAt).toISOString(), new Date(at).toISOString()];
    this.#write(soFarText({ speaker, text: told.text, started_at, at: now }, last?.text ?? ""));
  }

  /**
   * Resolves when all is delivered, or when the process stops; what is not delivered stays on disk.
   * @throws Error when the disk does not let go of the file; then it is left for later
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    await this.#delivering;
    clearTimeout(this.#syncing);
    if (this.#unsent.length > 0) this.#sync();
    await this.#synced;
    const { home } = this.#parts;
    const name = this.#callId + journalSuffix;
    try {
      closeSync(this.#file);
      if (this.#isRefused) {
        log("journal_refused", { call_id: this.#callId, entries: this.#unsent.length });
        renameSync(this.#path, `${join(home.root, name)}.refused`);
      } else if (this.#unsent.length === 0) rmSync(this.#path, { force: true });
    } catch (error) {
      leaveForLater(home, name);
      throw error;
    }
  }

  #goOn({ entries, unfinished }: JournalContent): void {
    // A line that was cut in half must not swallow the next one.
    this.#write("\n");
    this.#unsent = entries;
    this.#seq = entries.at(-1)?.seq ?? 0;
    this.#isEnded = entries.some(({ type }) => type === "ended");
    if (!this.#isEnded) for (const soFar of unfinished) this.#appendCut(soFar);
  }

  /** A disk that takes nothing ends no call: it is tried again with the next line, and delivered from memory meanwhile. */
  #write(line: string): void {
    const wasWhole = this.#unwritten === nothing;
    const rest = wasWhole ? Buffer.from(line) : Buffer.concat([this.#unwritten, Buffer.from(line)]);
    this.#unwritten = rest;
    try {
      const written = writeSync(this.#file, rest);
      // Not the empty end of `rest`, which would keep all of it in memory until the next line.
      this.#unwritten = written === rest.length ? nothing : rest.subarray(written);
    } catch (error) {
      if (wasWhole) log("journal_not_written", { call_id: this.#callId, message: String(error) });
    }
  }

  /** A turn whose process was killed in its midst, as far as it came. */
  #appendCut({ speaker, text, started_at, at }: SoFar): void {
    const interrupted = speaker === "persona";
    this.append(
      { type: "turn", speaker, text, started_at, ended_at: at, interrupted, latency: null },
      new Date(at),
    );
  }

  /** What the mesh has taken is safe from a power cut there; what it has not taken for a while must be so here (0110). */
  #syncLater(): void {
    this.#syncing ??= setTimeout(() => {
      this.#syncing = undefined;
      if (this.#unsent.length > 0) this.#sync();
    }, syncAfterMs);
  }

  /** Beside the event loop: a disk that takes its time must not be heard in anybody's call. */
  #sync(): void {
    const now = new Promise<void>((resolve) => {
      fdatasync(this.#file, (error) => {
        if (error) log("journal_not_synced", { call_id: this.#callId, message: error.message });
        resolve();
      });
    });
    this.#synced = Promise.all([this.#synced, now]).then(() => {});
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
    let idleAnswers = 0;
    for (let waitMs = firstWaitMs; this.#unsent.length > 0 && !stop.aborted && !this.#isRefused; ) {
      try {
        const acknowledged = await mesh.deliver(this.#callId, this.#unsent.slice(0, mostAtOnce));
        const before = this.#unsent.length;
        this.#unsent = this.#unsent.filter(({ seq }) => seq > acknowledged);
        if (this.#unsent.length < before) {
          [waitMs, idleAnswers] = [firstWaitMs, 0];
          continue;
        }
        idleAnswers += 1;
        this.#isRefused = idleAnswers >= mostIdleAnswers;
      } catch (error) {
        // A call that the mesh does not know, or an entry that it does not understand, will never be taken; what was said is
        // kept for a person to look at.
        if (error instanceof MeshRefusal && [400, 404].includes(error.status)) {
          this.#isRefused = true;
        }
      }
      if (this.#isRefused) return;
      await wait(waitMs, undefined, { signal: stop }).catch(() => {});
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }
  }
}
