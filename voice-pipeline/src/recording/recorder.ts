/**
 * Records one call, once it may be: from the frames to parts on disk to the mesh. A frame costs a copy; sealing, disk and network
 * are beside the event loop. A recording that fails is missed, and never hurts the call.
 */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { log } from "../log.ts";
import { deliverPart, forgetPart, importCallKey, type PartWorld, writePart } from "./part-file.ts";
import { Stereo } from "./stereo.ts";

/** A minute of sound: a disk that stands still for longer costs parts of the recording, not the process's memory. */
const mostUnwritten = 6;

export class Recorder {
  readonly #callId: string;
  readonly #key: ReturnType<typeof importCallKey> | null;
  readonly #world: PartWorld;
  #stereo: Stereo | null = null;
  /** Parts are written and handed in one after the other. */
  #work: Promise<void> = Promise.resolve();
  readonly #discarded = new AbortController();
  #unwritten = 0;

  constructor(session: VoiceSession, world: PartWorld) {
    this.#callId = session.call_id;
    this.#key = session.recording && importCallKey(session.recording.key);
    this.#key?.catch((error: unknown) => this.#failed(error));
    this.#world = world;
  }

  start(at: number): void {
    const key = this.#key;
    if (key === null || this.#stereo !== null || this.#discarded.signal.aborted) return;
    this.#stereo = new Stereo(at, (part, sound) => this.#keep(key, part, sound));
  }

  hear(sound: Buffer, at: number): void {
    this.#stereo?.hear(sound, at);
  }

  play(sound: Buffer, at: number): void {
    this.#stereo?.play(sound, at);
  }

  clear(at: number): void {
    this.#stereo?.clear(at);
  }

  /** The agreement was taken back: nothing stays here, and the mesh is told by the journal. */
  discard(): void {
    this.#stereo = null;
    this.#discarded.abort();
  }

  /** The call is over. */
  finish(at: number): void {
    this.#stereo?.finish(at);
    this.#stereo = null;
  }

  /** Resolves when the mesh has all of it, or the process stops. */
  saved(): Promise<void> {
    return this.#work;
  }

  #keep(key: ReturnType<typeof importCallKey>, part: number, sound: Buffer<ArrayBuffer>): void {
    if (this.#unwritten >= mostUnwritten) {
      this.#failed("the disk does not take its parts");
      return;
    }
    const { home, stop } = this.#world;
    const { signal } = this.#discarded;
    // On disk at once, whatever the mesh does; handed in when those before it are.
    this.#unwritten += 1;
    const written = key
      .then((opened) => writePart(home, this.#callId, part, opened, sound))
      .finally(() => {
        this.#unwritten -= 1;
      });
    this.#work = Promise.all([written, this.#work])
      .then(() => deliverPart({ ...this.#world, stop: AbortSignal.any([stop, signal]) }, this.#callId, part))
      .then(() => (signal.aborted ? forgetPart(home, this.#callId, part) : undefined))
      .catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    log("recording_failed", { call_id: this.#callId, message: String(error) });
  }
}
