/**
 * One context on ElevenLabs' socket: a voice for one utterance, opened before it is needed. It is closed once, and where all is
 * to be heard not before its first sound: ElevenLabs makes none of one that is closed too soon, now and then, and says so or
 * nothing (pipecat-ai/pipecat issues 4681 and 5271).
 */
import { voiceSettings } from "./eleven-labs-wire.ts";

export class VoiceContext {
  readonly id: string;
  /** It is asked what another left without a sound. */
  readonly isRepeat: boolean;
  readonly #send: (body: object) => void;
  /** Text was sent in it. */
  isUsed = false;
  hasSounded = false;
  #isClosing = false;

  constructor(id: string, isRepeat: boolean, send: (body: object) => void) {
    this.id = id;
    this.isRepeat = isRepeat;
    this.#send = send;
    send({ text: " ", context_id: id, voice_settings: voiceSettings });
  }

  say(clause: string): void {
    this.isUsed = true;
    this.#send({ text: `${clause} `, context_id: this.id, flush: true });
  }

  keepAlive(): void {
    this.#send({ text: "", context_id: this.id });
  }

  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#send({ context_id: this.id, close_context: true });
  }
}
