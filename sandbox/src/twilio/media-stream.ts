/**
 * Media Streams: Twilio's end of the WebSocket of one call. Sound of the handset goes out frame by frame; what comes
 * back is queued for the handset. Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
import { WebSocket } from "ws";
import type { Playback } from "./playback.ts";

export interface StreamSetup {
  url: string;
  signature: string;
  accountSid: string;
  callSid: string;
  streamSid: string;
  parameters: Record<string, string>;
  playback: Playback;
  dropAfterMs: number | undefined;
  /** A half-open socket: it stays, and nothing goes over it. */
  isStalled: () => boolean;
  started(): void;
  /** A warning (the stream goes on) or the failure that ended it. */
  failed(code: number, message: string): void;
  /** Over, whoever ended it; told once. */
  ended(): void;
}

const frameMs = 20;
const handshakeMs = 10_000;

export class MediaStream {
  readonly #setup: StreamSetup;
  readonly #ws: WebSocket;
  readonly #warned = new Set<number>();
  #sequence = 0;
  #chunk = 0;
  #isOver = false;
  #dropping: NodeJS.Timeout | undefined;

  constructor(setup: StreamSetup) {
    this.#setup = setup;
    this.#ws = new WebSocket(setup.url, {
      headers: { "x-twilio-signature": setup.signature, "user-agent": "Twilio.TmeWs/1.0" },
      perMessageDeflate: false,
      handshakeTimeout: handshakeMs,
    });
    this.#ws.on("open", () => this.#start());
    this.#ws.on("message", (data, isBinary) => this.#receive(String(data), isBinary));
    this.#ws.on("unexpected-response", (_, response) => {
      setup.failed(31920, `Stream - WebSocket - Handshake Error: the server answered ${response.statusCode}`);
      this.#end();
      this.#ws.terminate();
    });
    this.#ws.on("error", (error) => {
      if (!this.#isOver) setup.failed(31902, `Stream - Connection - ${error.message}`);
    });
    this.#ws.on("close", (code) => {
      if (!this.#isOver && code === 1006) setup.failed(31921, "Stream - WebSocket - Close Error");
      this.#end();
    });
  }

  /** 20 ms of the handset's sound. */
  hear(frame: Buffer): void {
    if (this.#chunk === 0 && this.#sequence === 0) return;
    this.#chunk += 1;
    const payload = frame.toString("base64");
    const media = `"media":{"track":"inbound","chunk":"${this.#chunk}","timestamp":"${(this.#chunk - 1) * frameMs}","payload":"${payload}"}`;
    this.#sequence += 1;
    this.#write(
      `{"event":"media","sequenceNumber":"${this.#sequence}","streamSid":"${this.#setup.streamSid}",${media}}`,
    );
  }

  press(digit: string): void {
    if (this.#sequence > 0) this.#send("dtmf", { dtmf: { track: "inbound_track", digit } });
  }

  /** Ends the stream from Twilio's side. */
  stop(): void {
    if (this.#isOver) return;
    const { accountSid, callSid } = this.#setup;
    if (this.#sequence > 0) this.#send("stop", { stop: { accountSid, callSid } });
    this.#end();
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.close(1000);
    else this.#ws.terminate();
    const cutting = setTimeout(() => this.#ws.terminate(), 1_000);
    this.#ws.once("close", () => clearTimeout(cutting));
  }

  #start(): void {
    const { accountSid, callSid, streamSid, parameters, dropAfterMs } = this.#setup;
    this.#write(JSON.stringify({ event: "connected", protocol: "Call", version: "1.0.0" }));
    this.#send("start", {
      start: {
        accountSid,
        streamSid,
        callSid,
        tracks: ["inbound"],
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8_000, channels: 1 },
        customParameters: parameters,
      },
    });
    if (dropAfterMs !== undefined) this.#dropping = setTimeout(() => this.#ws.terminate(), dropAfterMs);
    this.#setup.started();
  }

  #receive(text: string, isBinary: boolean): void {
    if (this.#isOver || this.#setup.isStalled()) return;
    if (isBinary) {
      this.#warn(31950, "Stream - Malformed Message: binary");
      return;
    }
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#warn(31951, "Stream - Invalid Message: not JSON");
      return;
    }
    const { event, streamSid, media, mark, ...rest } = Object(message);
    const isOurs = streamSid === this.#setup.streamSid && Object.keys(rest).length === 0;
    const payload: unknown = Object(media).payload;
    const name: unknown = Object(mark).name;
    if (isOurs && event === "media" && typeof payload === "string") this.#play(payload);
    else if (isOurs && event === "mark" && typeof name === "string")
      this.#setup.playback.mark(() => this.#send("mark", { mark: { name } }));
    else if (isOurs && event === "clear") this.#setup.playback.clear();
    else this.#warn(31951, "Stream - Invalid Message");
  }

  #play(payload: string): void {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(payload)) this.#warn(31950, "Stream - Malformed Message");
    else if (!this.#setup.playback.append(Buffer.from(payload, "base64")))
      this.#warn(31931, "Stream - Media Discarded: more than ten minutes are waiting");
  }

  #warn(code: number, message: string): void {
    if (this.#warned.has(code)) return;
    this.#warned.add(code);
    this.#setup.failed(code, message);
  }

  #send(event: string, content: object): void {
    if (this.#isOver) return;
    this.#sequence += 1;
    const { streamSid } = this.#setup;
    this.#write(JSON.stringify({ event, sequenceNumber: String(this.#sequence), streamSid, ...content }));
  }

  #write(text: string): void {
    if (this.#ws.readyState === WebSocket.OPEN && !this.#setup.isStalled()) this.#ws.send(text);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#dropping);
    this.#setup.ended();
  }
}
