/** One Twilio stream from its first frame to its last. Nothing happens before its token has opened the call. */
import { WebSocket } from "ws";
import { type RunningCall, runCall } from "./call.ts";
import type { VoiceConfig } from "./config.ts";
import { Journal } from "./journal/journal.ts";
import { log } from "./log.ts";
import type { Mesh } from "./mesh.ts";
import type { Metrics } from "./metrics.ts";
import type { Ticker } from "./telephony/ticker.ts";
import { readTwilio, type TwilioEvent } from "./telephony/twilio.ts";

export interface StreamSetup {
  config: VoiceConfig;
  mesh: Mesh;
  metrics: Metrics;
  ticker: Ticker;
  stop: AbortSignal;
}

const startMs = 5_000;
const stopMs = 5_000;
const mostEarly = 50 * 10;

/** Resolves when the stream is closed and its journal is delivered. */
type FromCaller = TwilioEvent & { type: "media" | "dtmf" };

const pass = (call: RunningCall, event: FromCaller): void => {
  if (event.type === "media") call.hear(event.sound);
  else call.pressed(event.digit);
};

export const serveStream = (socket: WebSocket, setup: StreamSetup): Promise<void> =>
  new Promise((done) => {
    const { config, mesh, metrics, ticker, stop } = setup;
    let call: RunningCall | null = null;
    let journal: Journal | null = null;
    let hasStarted = false;
    /** What the caller said and pressed before the call's context was there. */
    let early: FromCaller[] = [];
    let leaveTicker = () => {};

    const refuse = (why: string): void => {
      metrics.refusedStreamsTotal += 1;
      log("stream_refused", { why });
      socket.close(1008);
    };
    const starting = setTimeout(() => refuse("no start in time"), startMs);

    const hangUp = async (callId: string): Promise<void> => {
      for (let tries = 0; tries < 2; tries += 1) {
        try {
          await mesh.hangUp(callId);
          break;
        } catch (error) {
          log("hangup_failed", { call_id: callId, message: String(error) });
        }
      }
      setTimeout(() => socket.close(1000), stopMs).unref();
    };

    const start = async (event: TwilioEvent & { type: "start" }): Promise<void> => {
      if (!event.identity) {
        refuse("no token");
        return;
      }
      const { streamSid, callSid, identity } = event;
      try {
        const session = await mesh.openSession({ ...identity, call_sid: callSid, stream_sid: streamSid });
        journal = new Journal(config.journalDir, session.call_id, mesh, stop);
        metrics.calls += 1;
        metrics.callsTotal += 1;
        const running = runCall({
          config,
          session,
          streamSid,
          journal,
          metrics,
          showWords: (words) => mesh.showWords(session.call_id, words),
          send: (text) => {
            if (socket.readyState === WebSocket.OPEN) socket.send(text);
          },
          ended: (reason) => {
            if (reason !== "caller_hangup") void hangUp(session.call_id);
          },
        });
        call = running;
        leaveTicker = ticker.add(() => running.tick());
        for (const event of early) pass(running, event);
        early = [];
        if (socket.readyState !== WebSocket.OPEN) finish();
      } catch (error) {
        refuse(error instanceof Error ? error.message : "the mesh did not answer");
      }
    };

    let isFinished = false;
    const finish = (): void => {
      if (isFinished || (hasStarted && !call && socket.readyState === WebSocket.OPEN)) return;
      leaveTicker();
      call?.callerGone();
      if (!call || !journal) {
        done();
        return;
      }
      isFinished = true;
      metrics.calls -= 1;
      void journal.close().finally(done);
    };

    socket.on("message", (data, isBinary) => {
      const event: TwilioEvent = isBinary ? { type: "malformed" } : readTwilio(String(data));
      if (event.type === "media" || event.type === "dtmf") {
        if (call) pass(call, event);
        else if (hasStarted && early.length < mostEarly) early.push(event);
        else metrics.malformedTotal += 1;
      } else if (event.type === "mark") call?.marked(event.name);
      else if (event.type === "start" && !hasStarted) {
        hasStarted = true;
        clearTimeout(starting);
        void start(event);
      } else if (event.type === "stop") {
        call?.callerGone();
        socket.close(1000);
      } else if (event.type === "malformed" || event.type === "start") metrics.malformedTotal += 1;
    });
    socket.on("error", () => {
      metrics.malformedTotal += 1;
    });
    socket.on("close", () => {
      clearTimeout(starting);
      finish();
    });
  });
