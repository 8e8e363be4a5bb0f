/**
 * Somebody on the telephone who asks, listens to the answer, and asks again; every few turns he asks in the middle of the
 * answer. Called every 20 ms.
 */
import { callIdOf } from "../call-id.ts";
import { nowMs } from "../clock.ts";
import { FrameCount } from "../frame-count.ts";
import { type FrameIdentity, frameBytes, frameMs, kinds, oneFrame } from "../identity.ts";
import type { RawWebSocket } from "../raw-web-socket.ts";
import type { Heard } from "./heard.ts";
import { Phone } from "./phone.ts";

/** The talk, in frames of 20 ms. */
const questionFrames = 45;
const pauseFrames = 20;
const interruptedAfter = 60;
const interruptsEvery = 3;
const patienceFrames = 500;
/** Beyond any lead that a voice runs ahead of the telephone. */
const underWayFrom = 30;

const scratch = Buffer.alloc(frameBytes);

export class Caller {
  readonly #call: number;
  readonly #heard: Heard;
  readonly #phone: Phone;
  #turn = 0;
  /** Frames of the question that are still to be said; 0 while he listens. */
  #asking = 0;
  #quiet = 0;
  #waited = 0;
  #askedAt = 0;
  #answeredAt: number | null = null;
  #isAnswered = true;
  #interruptedAt: number | null = null;
  #stopMs: number | null = null;
  #answer = new FrameCount();
  /** When the last message came, and how much sound was in it. */
  #cameAt = 0;
  #cameMs = 0;
  #isPlaying = false;
  #isLeaving = false;

  constructor(socket: RawWebSocket, call: number, heard: Heard) {
    this.#call = call;
    this.#heard = heard;
    this.#phone = new Phone(socket, call, callIdOf(call), {
      came: (frame, at) => this.#came(frame, at),
      cleared: (at) => this.#cleared(at),
      closed: () => {
        if (!this.#isLeaving) this.#heard.closedEarly += 1;
      },
    });
  }

  tick(): void {
    if (!this.#phone.isOpen) return;
    this.#listen(this.#phone.play());
    if (this.#asking === 0) this.#decide();
    const isLoud = this.#asking > 0;
    const kind = this.#asking === 1 ? kinds.last : isLoud ? kinds.speech : kinds.silence;
    const frame = this.#phone.nextFrame;
    this.#phone.speak(oneFrame(scratch, { call: this.#call, turn: isLoud ? this.#turn : 0, frame, kind }));
    if (!isLoud) return;
    this.#asking -= 1;
    if (this.#asking === 0) this.#askedAt = nowMs();
  }

  hangUp(): void {
    this.#isLeaving = true;
    this.#phone.hangUp();
  }

  #decide(): void {
    this.#waited += 1;
    const isInterrupting = (this.#turn + this.#call) % interruptsEvery === 0;
    const isInterruption = isInterrupting && this.#isPlaying && this.#answer.received >= interruptedAfter;
    if (isInterruption) this.#ask(true);
    else if ((this.#isAnswered && this.#quiet >= pauseFrames) || this.#waited >= patienceFrames)
      this.#ask(false);
  }

  #ask(isInterruption: boolean): void {
    if (this.#turn > 0) this.#note();
    if (!this.#isAnswered && !isInterruption) this.#heard.unfinished += 1;
    this.#turn += 1;
    this.#asking = questionFrames;
    this.#waited = 0;
    this.#isAnswered = false;
    this.#answeredAt = null;
    this.#answer = new FrameCount();
    this.#interruptedAt = isInterruption ? nowMs() : null;
    this.#stopMs = null;
  }

  /** The turn is over: what came of it. */
  #note(): void {
    const [call, turn, askedAt, answeredAt] = [this.#call, this.#turn, this.#askedAt, this.#answeredAt];
    this.#heard.turns.push({ call, turn, askedAt, answeredAt, stopMs: this.#stopMs });
    if (this.#interruptedAt !== null && this.#stopMs === null) this.#heard.unstopped += 1;
    this.#heard.doubled += this.#answer.doubled;
    this.#heard.late += this.#answer.late;
    this.#heard.lost += this.#answer.lost;
  }

  #came(frame: FrameIdentity, at: number): void {
    if (frame.turn === 0 || frame.turn !== this.#turn) return;
    if (this.#answeredAt === null) this.#answeredAt = at;
    this.#heard.framesHeard += 1;
    this.#answer.take(frame.frame);
    // Frames of one message come at one time.
    if (at === this.#cameAt) {
      this.#cameMs += frameMs;
      return;
    }
    if (frame.frame >= underWayFrom) this.#heard.jitter.add(Math.abs(at - this.#cameAt - this.#cameMs));
    this.#cameAt = at;
    this.#cameMs = frameMs;
  }

  #listen(played: FrameIdentity | null | undefined): void {
    if (played === undefined) {
      if (this.#isPlaying) this.#heard.ranDry();
      this.#isPlaying = false;
      this.#quiet += 1;
      return;
    }
    this.#quiet = 0;
    const isOurs = played !== null && played.turn === this.#turn && this.#turn > 0;
    this.#isPlaying = isOurs && played.kind === kinds.speech;
    if (isOurs && played.kind === kinds.last) this.#isAnswered = true;
  }

  #cleared(at: number): void {
    this.#isPlaying = false;
    if (this.#interruptedAt !== null) this.#stopMs ??= at - this.#interruptedAt;
  }
}
