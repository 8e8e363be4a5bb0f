/**
 * The pure core of a call: turn-taking, interruption, silence, limits, goodbye. No I/O and no clock: events with their
 * time come in, actions go out. The same events always give the same actions.
 */
import type { EndReason, Fault, VoiceSession } from "@callmeback/shared/contract/voice";
import { speakable } from "../speaking/speakable.ts";
import { takesTurn } from "./back-channel.ts";
import { remedyFor } from "./dead-air.ts";
import type { Action, ConversationEvent, FunctionCall } from "./events.ts";
import { History } from "./history.ts";
import { greetingOf, lines } from "./lines.ts";
import { isOptOut, optOutDigit } from "./opt-out.ts";
import { mostRounds, openThought, type Thought } from "./thought.ts";
import { note, openUtterance, type Utterance } from "./utterance.ts";

const silenceMs = 8_000;
const confirmMs = 600;
const wordsAfterQuietMs = 500;
const noiseMs = 2_000;
const goodbyeMs = 5_000;

export class Conversation {
  readonly #session: VoiceSession;
  #actions: Action[] = [];
  readonly #history = new History();
  #ids = 0;
  #startedAt = 0;
  #isEnded = false;
  #utterance: Utterance | null = null;
  #thought: Thought | null = null;
  #isSound = false;
  #soundAt = 0;
  #wordsAt = 0;
  #quietAt = 0;
  #activeAt = 0;
  #hasAsked = false;
  #notices: { beforeMs: number; text: string }[];
  #waiting: string[] = [];
  #isLeaving = false;
  #hasOptedOut = false;
  #failures = 0;

  constructor(session: VoiceSession) {
    this.#session = session;
    const seconds = session.limits.max_seconds;
    this.#notices = [
      { beforeMs: 60_000, text: lines.minuteLeft, least: 180 },
      { beforeMs: 15_000, text: lines.secondsLeft, least: 60 },
    ].filter(({ least }) => seconds >= least);
  }

  /** Whether the voice holds the floor: its echo must not count as the caller's sound. */
  get isSpeaking(): boolean {
    return this.#utterance?.startedAt != null && this.#utterance.heldAt === null;
  }

  handle(event: ConversationEvent): Action[] {
    this.#actions = [];
    if (!this.#isEnded) this.#take(event);
    return this.#actions;
  }

  #take(event: ConversationEvent): void {
    const { at } = event;
    switch (event.type) {
      case "started":
        this.#startedAt = at;
        this.#activeAt = at;
        this.#line(greetingOf(this.#session), false);
        return;
      case "sound":
        this.#isSound = true;
        this.#soundAt = at;
        this.#hold(at);
        return;
      case "quiet":
        this.#isSound = false;
        this.#quietAt = at;
        return;
      case "words":
        this.#words(event.text, at);
        return;
      case "turn-ended":
        this.#turnEnded(event);
        return;
      case "digit":
        this.#activeAt = at;
        if (event.digit === optOutDigit) this.#optOut("digit", event.digit, at);
        return;
      case "token":
        this.#token(event.request, event.text, at);
        return;
      case "thought":
        this.#thoughtDone(event.request, event.calls, at);
        return;
      case "thinking-failed":
        this.#thinkingFailed(event.request, at);
        return;
      case "function-done":
        this.#functionDone(event, at);
        return;
      case "audio-began":
        if (event.utterance === this.#utterance?.id) note(this.#utterance, "first_audio_ms", at);
        return;
      case "frame-sent":
        if (event.utterance !== this.#utterance?.id) return;
        this.#utterance.startedAt ??= at;
        this.#utterance.voicedAt = at;
        note(this.#utterance, "first_frame_ms", at);
        return;
      case "held":
        this.#held(event.utterance, event.heard, at);
        return;
      case "played":
        this.#played(event.utterance, at);
        return;
      case "voice-failed":
        this.#recordPersona(event.heard, true, at);
        this.#end("provider_error", "provider");
        return;
      case "hearing-failed":
        this.#leave(lines.trouble, "provider_error", "provider", at);
        return;
      case "caller-gone":
        this.#callerGone(event.heard, at);
        return;
      case "tick":
        this.#tick(at);
        return;
    }
  }

  #hold(at: number): void {
    const utterance = this.#utterance;
    if (!utterance || utterance.startedAt === null || utterance.heldAt !== null) return;
    if (!utterance.canBeCut && !utterance.isTaken) return;
    utterance.heldAt = at;
    this.#actions.push({ type: "hold", utterance: utterance.id });
  }

  #held(id: number, heard: string, at: number): void {
    if (this.#utterance?.id !== id) return;
    this.#utterance.heard = heard;
    if (this.#utterance.isTaken) this.#cut(at);
  }

  #words(text: string, at: number): void {
    this.#wordsAt = at;
    this.#activeAt = at;
    this.#hasAsked = false;
    const utterance = this.#utterance;
    if (!utterance?.canBeCut || utterance.startedAt === null || !takesTurn(text, utterance.said)) return;
    this.#takeFloor(utterance, at);
  }

  #takeFloor(utterance: Utterance, at: number): void {
    utterance.isTaken = true;
    if (utterance.heldAt === null) this.#hold(at);
    else this.#cut(at);
  }

  /** The turn is the caller's: what was heard stays, the rest was never said. */
  #cut(at: number): void {
    const utterance = this.#utterance;
    if (!utterance) return;
    this.#actions.push({ type: "drop", utterance: utterance.id });
    this.#stopThinking();
    this.#recordPersona(utterance.heard, true, utterance.heldAt ?? at);
    this.#utterance = null;
    this.#pendingTurn?.();
  }

  #pendingTurn: (() => void) | null = null;

  #turnEnded(event: ConversationEvent & { type: "turn-ended" }): void {
    const { at, text, startedAt, endpointingMs } = event;
    this.#activeAt = at;
    this.#hasAsked = false;
    const accept = () => {
      this.#pendingTurn = null;
      const turn = { text, startedAt, endedAt: at, interrupted: false, latency: null };
      this.#actions.push({ type: "record", turn: { speaker: "caller", ...turn } });
      this.#history.caller(text);
    };
    if (isOptOut(text)) {
      accept();
      this.#optOut("spoken", text, at);
      return;
    }
    const utterance = this.#utterance;
    if (utterance && (!utterance.canBeCut || this.#isLeaving)) {
      accept();
      return;
    }
    if (utterance?.startedAt != null) {
      if (!takesTurn(text, utterance.said)) {
        accept();
        return;
      }
      this.#pendingTurn = () => {
        accept();
        this.#reply(at, endpointingMs);
      };
      this.#takeFloor(utterance, at);
      return;
    }
    // A reply that nobody heard yet is thought anew with the new words.
    if (utterance) {
      this.#actions.push({ type: "drop", utterance: utterance.id });
      this.#history.heard("", false);
    }
    this.#utterance = null;
    this.#stopThinking();
    accept();
    this.#reply(at, endpointingMs);
  }

  /** Holds from this moment, also when they hang up before the goodbye. */
  #optOut(source: "spoken" | "digit", evidence: string, at: number): void {
    if (this.#hasOptedOut) return;
    this.#hasOptedOut = true;
    this.#actions.push({ type: "opt-out", source, evidence });
    this.#leave(lines.optOut, "opt_out", "none", at);
  }

  #reply(at: number, endpointingMs: number): void {
    const utterance = openUtterance(this.#nextId(), true);
    utterance.turnEndedAt = at;
    utterance.voicedAt = at;
    utterance.latency.endpointing_ms = Math.max(0, endpointingMs);
    this.#utterance = utterance;
    this.#think(at);
  }

  #think(at: number): void {
    const request = this.#nextId();
    this.#thought = openThought(request, at, this.#thought);
    const remainingSeconds = Math.max(0, Math.round((this.#limitAt - at) / 1000));
    this.#actions.push({ type: "think", request, history: this.#history.messages, remainingSeconds });
  }

  #token(request: number, text: string, at: number): void {
    if (this.#thought?.request !== request || !this.#utterance) return;
    note(this.#utterance, "first_token_ms", at);
    this.#thought.progressAt = at;
    for (const clause of this.#thought.splitter.push(text)) this.#say(clause, at);
  }

  /** Answers whether there was anything to say. */
  #say(clause: string, at: number): boolean {
    const text = speakable(clause);
    if (!this.#utterance || !/[\p{L}\p{N}]/u.test(text)) return false;
    this.#utterance.voicedAt = at;
    note(this.#utterance, "first_clause_ms", at);
    this.#utterance.said = `${this.#utterance.said} ${text}`.trim();
    this.#actions.push({ type: "say", utterance: this.#utterance.id, text });
    return true;
  }

  #thoughtDone(request: number, calls: FunctionCall[], at: number): void {
    const thought = this.#thought;
    if (thought?.request !== request || !this.#utterance) return;
    this.#failures = 0;
    this.#say(thought.splitter.flush(), at);
    thought.wantsEnd ||= calls.some((call) => call.name === "end_call");
    const working = calls.filter((call) => call.name !== "end_call");
    if (working.length > 0 && thought.rounds <= mostRounds) {
      this.#callFunctions(thought, working, at);
      return;
    }
    if (working.length > 0) this.#say(lines.tooManyFunctions, at);
    if (this.#utterance.said === "") this.#say(thought.wantsEnd ? lines.farewell : lines.lostThread, at);
    this.#thought = null;
    if (thought.wantsEnd) this.#endAfter(this.#utterance, "persona_goodbye", "none");
    this.#finish();
  }

  /** What is being said is the last of this call, and is heard whole. */
  #endAfter(utterance: Utterance, reason: EndReason, fault: Fault): void {
    this.#isLeaving = true;
    utterance.canBeCut = false;
    utterance.endAfter = { reason, fault };
  }

  #callFunctions(thought: Thought, calls: FunctionCall[], at: number): void {
    thought.progressAt = at;
    for (const each of calls) {
      // Some models give two calls of one answer the same id.
      const isTaken = thought.pending.has(each.id);
      const call = isTaken ? { ...each, id: `${each.id}_${thought.pending.size}` } : each;
      thought.pending.set(call.id, { call, result: null });
      this.#actions.push({ type: "call-function", request: thought.request, call });
    }
  }

  #functionDone(event: ConversationEvent & { type: "function-done" }, at: number): void {
    const thought = this.#thought;
    const asked = thought?.pending.get(event.callId);
    if (!thought || !asked || thought.request !== event.request) return;
    asked.result = event.result;
    if ([...thought.pending.values()].every(({ result }) => result !== null))
      this.#functionsDone(thought, at);
  }

  #functionsDone(thought: Thought, at: number): void {
    const all = [...thought.pending.values()];
    const results = all.map(({ call, result }) => ({ call, result: result ?? "" }));
    this.#history.functions(this.#utterance?.said ?? "", results);
    this.#think(at);
  }

  #thinkingFailed(request: number, at: number): void {
    const thought = this.#thought;
    if (thought?.request !== request || !this.#utterance) return;
    this.#thought = null;
    if (thought.wantsEnd) {
      this.#say(lines.farewell, at);
      this.#endAfter(this.#utterance, "persona_goodbye", "none");
      this.#finish();
      return;
    }
    this.#failures += 1;
    const isLast = this.#failures >= 3;
    this.#say(isLast ? lines.trouble : lines.lostThread, at);
    if (isLast) this.#endAfter(this.#utterance, "provider_error", "provider");
    this.#finish();
  }

  #finish(): void {
    if (!this.#utterance) return;
    this.#utterance.isFinished = true;
    this.#actions.push({ type: "finish", utterance: this.#utterance.id });
  }

  #line(text: string, canBeCut: boolean, endAfter: Utterance["endAfter"] = null): void {
    this.#utterance = openUtterance(this.#nextId(), canBeCut);
    this.#utterance.endAfter = endAfter;
    this.#say(text, 0);
    this.#finish();
  }

  #played(id: number, at: number): void {
    const utterance = this.#utterance;
    if (utterance?.id !== id) return;
    this.#recordPersona(utterance.said, false, at);
    this.#utterance = null;
    this.#activeAt = at;
    if (utterance.endAfter) this.#end(utterance.endAfter.reason, utterance.endAfter.fault);
  }

  #recordPersona(text: string, interrupted: boolean, at: number): void {
    const utterance = this.#utterance;
    const isHeard = text !== "" && utterance?.startedAt != null;
    this.#history.heard(isHeard ? text : "", interrupted);
    if (!utterance || utterance.startedAt === null || text === "") return;
    const latency = utterance.turnEndedAt === null ? null : utterance.latency;
    const turn = { text, startedAt: utterance.startedAt, endedAt: at, interrupted, latency };
    this.#actions.push({ type: "record", turn: { speaker: "persona", ...turn } });
  }

  #stopThinking(): void {
    if (this.#thought) this.#actions.push({ type: "abort", request: this.#thought.request });
    this.#thought = null;
  }

  get #limitAt(): number {
    return this.#startedAt + this.#session.limits.max_seconds * 1000;
  }

  #tick(at: number): void {
    if (at >= this.#limitAt) {
      this.#end("time_limit", "none");
      return;
    }
    if (!this.#isLeaving && at >= this.#limitAt - goodbyeMs) {
      this.#leave(lines.timeGoodbye, "time_limit", "none", at);
      return;
    }
    for (const notice of this.#notices.filter(({ beforeMs }) => at >= this.#limitAt - beforeMs)) {
      this.#notices = this.#notices.filter((each) => each !== notice);
      this.#waiting.push(notice.text);
    }
    this.#tickHeld(at);
    this.#tickDeadAir(at);
    if (this.#utterance || this.#thought || this.#isTalking(at)) return;
    const notice = this.#waiting.shift();
    if (notice !== undefined) {
      this.#line(notice, true);
      return;
    }
    if (at - this.#activeAt < silenceMs) return;
    if (this.#hasAsked) {
      this.#leave(lines.silenceGoodbye, "silence", "none", at);
      return;
    }
    this.#hasAsked = true;
    this.#line(lines.areYouThere, true);
  }

  /** Sound that brings no words for a while is noise, however long it lasts. */
  #isTalking(at: number): boolean {
    return this.#isSound && at - Math.max(this.#soundAt, this.#wordsAt) < noiseMs;
  }

  /** No words came: it was a cough, or noise that goes on. The voice goes on where it was. */
  #tickHeld(at: number): void {
    const utterance = this.#utterance;
    if (!utterance || utterance.heldAt === null || utterance.isTaken) return;
    const heldMs = at - utterance.heldAt;
    const isNothing = this.#isSound
      ? heldMs >= noiseMs
      : heldMs >= confirmMs && at - this.#quietAt >= wordsAfterQuietMs;
    if (!isNothing) return;
    utterance.heldAt = null;
    utterance.voicedAt = at;
    this.#actions.push({ type: "resume", utterance: utterance.id });
  }

  #tickDeadAir(at: number): void {
    const [utterance, thought] = [this.#utterance, this.#thought];
    if (!utterance || !thought || utterance.heldAt !== null) return;
    const remedy = remedyFor(utterance, thought, at);
    if (remedy === "give-up") this.#giveUp(thought, at);
    else if (remedy === "speak-on" && !this.#isTalking(at)) this.#speakOn(utterance, thought, at);
  }

  #speakOn(utterance: Utterance, thought: Thought, at: number): void {
    if (this.#say(thought.splitter.flushWords(), at)) return;
    this.#say(utterance.fillers === 0 ? lines.filler : lines.secondFiller, at);
    utterance.fillers += 1;
  }

  #giveUp(thought: Thought, at: number): void {
    if (thought.pending.size === 0) {
      this.#actions.push({ type: "abort", request: thought.request });
      this.#thinkingFailed(thought.request, at);
      return;
    }
    this.#say(lines.functionLate, at);
    for (const asked of thought.pending.values())
      asked.result ??= "error: it did not answer in time. The person was told; go on without it.";
    this.#functionsDone(thought, at);
  }

  #leave(text: string, reason: EndReason, fault: Fault, at: number): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#stopThinking();
    const say = () => {
      this.#pendingTurn = null;
      this.#line(text, false, { reason, fault });
    };
    if (this.#utterance === null) {
      say();
      return;
    }
    this.#pendingTurn = say;
    if (this.#utterance.startedAt === null) this.#cut(at);
    else this.#takeFloor(this.#utterance, at);
  }

  #callerGone(heard: string, at: number): void {
    const utterance = this.#utterance;
    this.#stopThinking();
    this.#recordPersona(utterance?.heldAt != null ? utterance.heard : heard, true, at);
    this.#end(utterance?.endAfter?.reason ?? "caller_hangup", utterance?.endAfter?.fault ?? "none");
  }

  #end(reason: EndReason, fault: Fault): void {
    this.#isEnded = true;
    this.#stopThinking();
    this.#actions.push({ type: "end", reason, fault });
  }

  #nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }
}
