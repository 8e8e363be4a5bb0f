/** Deepgram nova-3 live. Sound waits from the first frame until the socket opens; one that breaks is opened again. */
import { WebSocket } from "ws";
import type { Hearing, HearingEvent } from "./hearing.ts";
import { deepgramMessage, TurnMachine } from "./turn-machine.ts";

export interface DeepgramConfig {
  url: string;
  apiKey: string;
}

const query = new URLSearchParams({
  model: "nova-3",
  encoding: "mulaw",
  sample_rate: "8000",
  channels: "1",
  punctuate: "true",
  interim_results: "true",
  endpointing: "300",
  utterance_end_ms: "1000",
  vad_events: "true",
});
const mostWaiting = 8_000 * 10;
const connectMs = 2_500;
const keepAliveMs = 4_000;
const mostFailures = 3;

export const openDeepgram = (config: DeepgramConfig, emit: (event: HearingEvent) => void): Hearing => {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let sentBytes = 0;
  let heardBytes = 0;
  let failures = 0;
  let isClosed = false;
  let machine = new TurnMachine();
  let socket: WebSocket;

  const send = (sound: Buffer) => {
    sentBytes += sound.length;
    socket.send(sound);
  };

  const take = (text: string) => {
    const parsed = deepgramMessage.safeParse(JSON.parse(text));
    if (!parsed.success) return;
    if (parsed.data.type === "Error") {
      emit({ type: "fault", message: parsed.data.description ?? "Deepgram reported an error." });
      return;
    }
    failures = 0;
    const event = machine.take(parsed.data);
    if (event?.type === "words") emit(event);
    if (event?.type !== "turn-ended") return;
    const agoMs = (seconds: number) => Math.max(0, sentBytes / 8 - seconds * 1000);
    emit({
      type: "turn-ended",
      text: event.text,
      startedAgoMs: agoMs(event.startSeconds),
      endpointingMs: agoMs(event.endSeconds),
    });
  };

  const connect = () => {
    sentBytes = 0;
    machine = new TurnMachine();
    const mine = new WebSocket(`${config.url}/v1/listen?${query}`, {
      headers: { authorization: `Token ${config.apiKey}` },
      perMessageDeflate: false,
      handshakeTimeout: connectMs,
      maxPayload: 1 << 20,
    });
    socket = mine;
    mine.on("open", () => {
      for (const sound of waiting) send(sound);
      waiting = [];
      waitingBytes = 0;
    });
    mine.on("message", (data) => {
      if (isClosed) return;
      try {
        take(String(data));
      } catch {
        emit({ type: "fault", message: "Deepgram sent something that is not JSON." });
      }
    });
    mine.on("error", (error) => {
      if (!isClosed) emit({ type: "fault", message: error.message.slice(0, 500) });
    });
    mine.on("close", () => {
      if (isClosed) return;
      failures += 1;
      if (failures >= mostFailures) emit({ type: "failed" });
      else connect();
    });
  };
  connect();

  const keepAlive = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"KeepAlive"}');
  }, keepAliveMs);

  return {
    hear(sound) {
      heardBytes += sound.length;
      if (isClosed) return;
      if (socket.readyState === WebSocket.OPEN) return send(sound);
      waiting.push(sound);
      waitingBytes += sound.length;
      while (waitingBytes > mostWaiting) waitingBytes -= waiting.shift()?.length ?? 0;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(keepAlive);
      if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"CloseStream"}');
      const leaving = setTimeout(() => socket.terminate(), 1_000);
      socket.once("close", () => clearTimeout(leaving));
      if (socket.readyState !== WebSocket.OPEN) socket.terminate();
    },
    get heardSeconds() {
      return heardBytes / 8_000;
    },
  };
};
