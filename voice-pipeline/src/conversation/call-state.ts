/** What a call knows of itself at one moment. The files beside this one change it; nothing else reads it. */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import type { Draft } from "./draft.ts";
import type { Action } from "./events.ts";
import { History } from "./history.ts";
import type { Key } from "./keys.ts";
import { lines } from "./lines.ts";
import { Outages } from "./outages.ts";
import { OwnWords } from "./own-words.ts";
import type { Reading } from "./reading.ts";
import { noConsent } from "./recording-consent.ts";
import type { Thought } from "./thought.ts";
import type { UnfinishedTurn } from "./unfinished-turn.ts";
import type { Utterance } from "./utterance.ts";

/** What is said at the next quiet moment, if that comes before `until`. */
export interface Notice {
  text: string;
  until: number;
}

/** Sound without words is noise after this long. */
export const noiseMs = 2_000;

export class CallState {
  readonly session: VoiceSession;
  actions: Action[] = [];
  readonly history = new History();
  ids = 0;
  startedAt = 0;
  isEnded = false;
  utterance: Utterance | null = null;
  readonly own = new OwnWords();
  readonly outages = new Outages();
  /** When the voice stopped last. */
  spokenAt = 0;
  thought: Thought | null = null;
  draft: Draft | null = null;
  unfinished: UnfinishedTurn | null = null;
  isSound = false;
  soundAt = 0;
  wordsAt = 0;
  quietAt = 0;
  activeAt = 0;
  hasAsked = false;
  /** Each is due, and no longer true, so long before the limit. */
  notices: { fromMs: number; untilMs: number; text: string }[];
  waiting: Notice[] = [];
  isLeaving = false;
  hasOptedOut = false;
  hasCared = false;
  consent = noConsent;
  /** A telephone's assistant was told who calls, and nobody else has spoken yet. */
  isScreened = false;
  screenings = 0;
  /** When the greeting had been heard, or was stopped. */
  greetedUntil: number | null = null;
  /** Nobody records what was said or pressed. */
  isAnswered = false;
  /** When a beep was heard after which there was no sound. */
  beepAt: number | null = null;
  /** When whoever listens now was told who calls. */
  greetedAt = 0;
  failures = 0;
  /** Keys pressed that the persona does not know of yet. */
  keys: Key[] = [];
  /** Until then the menu's numbers need no star. */
  menuUntil = 0;
  /** What the persona said last, for who would hear it again. */
  lastSaid = "";
  /** Whether what was said last and told its language was English. */
  wasEnglish = true;
  /** When the turn that goes on began to be understood, be it the caller's or our own echo. */
  turnFrom: number | null = null;
  /** The caller's turn that goes on, as far as it was understood. */
  interim: { text: string; startedAt: number; at: number } | null = null;
  /** Words of it stopped the voice. */
  hasTakenFloor = false;
  /** Nobody had stopped the voice after all: then it goes on, unless somebody speaks by then. */
  goOnAt: number | null = null;
  /** What the caller said over the voice, and what is to be done once that has stopped: see afterwards.ts. */
  untold: (() => void)[] = [];
  next: ((at: number) => void) | null = null;

  constructor(session: VoiceSession) {
    this.session = session;
    const seconds = session.limits.max_seconds;
    this.notices = [
      { fromMs: 60_000, untilMs: 45_000, text: lines.minuteLeft, least: 180 },
      { fromMs: 15_000, untilMs: 0, text: lines.secondsLeft, least: 60 },
    ].filter(({ least }) => seconds >= least);
  }

  act(action: Action): void {
    this.actions.push(action);
  }

  get limitAt(): number {
    return this.startedAt + this.session.limits.max_seconds * 1000;
  }

  /** Sound that brings no words for a while is noise, however long it lasts. */
  isTalking(at: number): boolean {
    return this.isSound && at - Math.max(this.soundAt, this.wordsAt) < noiseMs;
  }

  /** Asks the model; answers which request it is. */
  ask(history: Reading, at: number): number {
    const request = this.nextId();
    const remainingSeconds = Math.max(0, Math.round((this.limitAt - at) / 1000));
    this.act({ type: "think", request, history, remainingSeconds });
    return request;
  }

  dropDraft(): void {
    if (this.draft) this.act({ type: "abort", request: this.draft.request });
    this.draft = null;
  }

  /** What it asked of functions stays asked: not knowing that, the model would ask it a second time. */
  stopThinking(): void {
    const { thought } = this;
    if (!thought) return;
    this.act({ type: "abort", request: thought.request });
    if (thought.pending.size > 0)
      this.history.functions(this.utterance?.said ?? "", [...thought.pending.values()]);
    this.thought = null;
  }

  recordCaller(said: { text: string; startedAt: number; endedAt: number }): void {
    this.act({ type: "record", turn: { speaker: "caller", ...said, interrupted: false, latency: null } });
  }

  nextId(): number {
    this.ids += 1;
    return this.ids;
  }
}
