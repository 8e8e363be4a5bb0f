/**
 * One telephone on Twilio's Media Streams: it plays what it is sent at 20 ms a frame, gives marks back when they are played,
 * empties its buffer when told. It knows nothing of the talk.
 */
import { nowMs } from "../clock.ts";
import { type FrameIdentity, frameBytes, readIdentity } from "../identity.ts";
import type { RawWebSocket } from "../raw-web-socket.ts";

const payloadKey = '"payload":';
const base64Of = (frames: number) => Math.ceil((frames * frameBytes) / 3) * 4;
const oneFrame = base64Of(1);

export interface PhoneEvents {
  came(frame: FrameIdentity, at: number): void;
  cleared(at: number): void;
  closed(): void;
}

export class Phone {
  readonly #socket: RawWebSocket;
  readonly #sid: string;
  readonly #on: PhoneEvents;
  #playing: (FrameIdentity | string | null)[] = [];
  #sent = 0;

  constructor(socket: RawWebSocket, call: number, callId: string, on: PhoneEvents) {
    this.#socket = socket;
    this.#sid = `MZ${call.toString(16).padStart(32, "0")}`;
    this.#on = on;
    socket.onMessage = (payload) => this.#take(payload);
    socket.onClose = () => on.closed();
    const callSid = `CA${call.toString(16).padStart(32, "0")}`;
    const customParameters = { call_id: callId, stream_token: "bench" };
    const mediaFormat = { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 };
    const start = { streamSid: this.#sid, accountSid: "AC1", callSid, tracks: ["inbound"], mediaFormat };
    this.#send({ event: "connected", protocol: "Call", version: "1.0.0" });
    this.#send({
      event: "start",
      sequenceNumber: "1",
      start: { ...start, customParameters },
      streamSid: this.#sid,
    });
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  /** The number of the next frame that is sent. */
  get nextFrame(): number {
    return this.#sent + 1;
  }

  speak(frame: Buffer): void {
    this.#sent += 1;
    const chunk = this.#sent;
    this.#socket.sendText(
      `{"event":"media","sequenceNumber":"${chunk + 1}","media":{"track":"inbound","chunk":"${chunk}","timestamp":"${chunk * 20}","payload":"${frame.toString("base64")}"},"streamSid":"${this.#sid}"}`,
    );
  }

  /** 20 ms pass: the frame that is played in them, null for sound that is not ours, undefined for none. */
  play(): FrameIdentity | null | undefined {
    for (;;) {
      const next = this.#playing.shift();
      if (typeof next !== "string") return next;
      this.#giveBack(next);
    }
  }

  hangUp(): void {
    this.#send({
      event: "stop",
      sequenceNumber: String(this.#sent + 2),
      stop: { accountSid: "AC1" },
      streamSid: this.#sid,
    });
    this.#socket.close();
  }

  #take(payload: Buffer): void {
    const at = nowMs();
    const text = payload.toString("latin1");
    const key = text.indexOf(payloadKey);
    if (key < 0) {
      this.#order(text, at);
      return;
    }
    const from = text.indexOf('"', key + payloadKey.length) + 1;
    const to = text.indexOf('"', from);
    if (to - from <= oneFrame) this.#arrived(Buffer.from(text.slice(from, from + 20), "base64"), 0, at);
    else {
      const sound = Buffer.from(text.slice(from, to), "base64");
      for (let start = 0; start < sound.length; start += frameBytes) this.#arrived(sound, start, at);
    }
  }

  #arrived(sound: Buffer, from: number, at: number): void {
    const frame = readIdentity(sound, from);
    this.#playing.push(frame);
    if (frame) this.#on.came(frame, at);
  }

  #order(text: string, at: number): void {
    const { event, mark }: { event: string; mark?: { name: string } } = JSON.parse(text);
    if (event === "mark" && mark) this.#playing.push(mark.name);
    if (event !== "clear") return;
    const emptied = this.#playing;
    this.#playing = [];
    for (const each of emptied) if (typeof each === "string") this.#giveBack(each);
    this.#on.cleared(at);
  }

  #giveBack(name: string): void {
    this.#send({
      event: "mark",
      sequenceNumber: String(this.#sent + 1),
      streamSid: this.#sid,
      mark: { name },
    });
  }

  #send(body: object): void {
    this.#socket.sendText(JSON.stringify(body));
  }
}
