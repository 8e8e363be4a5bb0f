/**
 * One Twilio stream from its first frame to its last. Nothing happens before its token has opened the call. However the call
 * ends, and be it by our own bug, its end stands in the journal with whose fault it was.
 */
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { withRequestId } from "@callmeback/shared/domain/request-id";
import type { WebSocket } from "ws";
import { type RunningCall, runCall } from "./call.ts";
import type { VoiceConfig } from "./config.ts";
import { guard, traceOf } from "./guard.ts";
import { Journal, type JournalParts } from "./journal/journal.ts";
import { log } from "./log.ts";
import { type Mesh, MeshRefusal } from "./mesh.ts";
import type { Metrics, StreamRefusal } from "./metrics.ts";
import { Line } from "./telephony/line.ts";
import type { Ticker } from "./telephony/ticker.ts";
import type { TwilioEvent } from "./telephony/twilio.ts";

export interface StreamSetup {
  config: VoiceConfig;
  mesh: Mesh;
  metrics: Metrics;
  ticker: Ticker;
  journals: JournalParts;
}

const startMs = 5_000;
const stopMs = 5_000;
/** What is kept of the caller's sound until the call's context is there; the mesh has five seconds for it. */
const mostEarlySounds = 50 * 10;
const noUsage = {
  speech_to_text_seconds: 0,
  llm_input_tokens: 0,
  llm_output_tokens: 0,
  speech_characters: 0,
};

type State = "waiting" | "opening" | "talking" | "over";

/** Resolves when the stream is closed and its journal is delivered. */
export const serveStream = (socket: WebSocket, setup: StreamSetup): Promise<void> =>
  new Promise((done) => {
    const { config, mesh, metrics, ticker, journals } = setup;
    let state: State = "waiting";
    let call: RunningCall | null = null;
    let journal: Journal | null = null;
    let isHungUp = false;
    /** What the caller said and pressed before the call's context was there. */
    let early: ((call: RunningCall) => void)[] = [];

    const refuse = (why: StreamRefusal): void => {
      if (state === "over") return;
      state = "over";
      metrics.refused.add(1, why);
      log("stream_refused", { why });
      line.close(1008);
    };
    const starting = setTimeout(() => refuse("no_start"), startMs);

    /** A bug of ours: the call ends as one, and no other call hears of it. */
    const broke = (error: unknown): void => {
      metrics.broken.add(1);
      log("call_broke", { trace: traceOf(error) });
      endCall("internal_error", "us");
      if (!call) line.close(1011);
    };
    /** Later it also says which request asked for this call. */
    let guarded = guard(broke);
    const inScope = (work: () => void): void => guarded(work);
    let isEnding = false;
    /** Once: a call that breaks while it ends is ended already. */
    const endCall = (...[reason, whose]: Parameters<RunningCall["end"]>): void => {
      if (isEnding || !call) return;
      isEnding = true;
      const running = call;
      inScope(() => running.end(reason, whose));
    };
    const toCall = (work: (call: RunningCall) => void): void => {
      const running = call;
      if (running) inScope(() => work(running));
      else if (state === "opening" && early.length < mostEarlySounds) early.push(work);
      else metrics.line.add(1, "unexpected");
    };

    const hangUp = async (callId: string): Promise<void> => {
      for (let tries = 0; tries < 2; tries += 1) {
        try {
          await mesh.hangUp(callId);
          break;
        } catch (error) {
          log("hangup_failed", { call_id: callId, message: String(error) });
        }
      }
      setTimeout(() => line.close(1000), stopMs).unref();
    };

    const begin = (session: VoiceSession, streamSid: string): void => {
      const own = new Journal(session.call_id, journals);
      journal = own;
      metrics.calls.add(1);
      metrics.callsTotal.add(1);
      call = runCall({
        config,
        session,
        streamSid,
        journal: own,
        metrics,
        showWords: (words) => mesh.showWords(session.call_id, words),
        send: (text) => line.send(text),
        ended: (reason) => {
          if (reason !== "caller_hangup") void hangUp(session.call_id);
        },
      });
      state = "talking";
      for (const work of early) toCall(work);
      early = [];
      if (socket.readyState >= socket.CLOSING) finish();
    };

    const open = async (event: TwilioEvent & { type: "start" }): Promise<void> => {
      const { streamSid, callSid, identity } = event;
      if (!identity) {
        refuse("no_identity");
        return;
      }
      let session: VoiceSession;
      try {
        session = await mesh.openSession({ ...identity, call_sid: callSid, stream_sid: streamSid });
      } catch (error) {
        refuse(error instanceof MeshRefusal && error.status < 500 ? "token" : "mesh");
        finish();
        return;
      }
      guarded = withRequestId(session.request_id, () => guard(broke));
      inScope(() => begin(session, streamSid));
      if (!call) giveUp();
    };

    /** The call broke before it began. Without a journal the mesh finds out by itself. */
    const giveUp = (): void => {
      inScope(() =>
        journal?.append(
          { type: "ended", end_reason: "internal_error", fault: "us", usage: noUsage },
          new Date(),
        ),
      );
      state = "over";
      line.close(1011);
      finish();
    };

    let isFinished = false;
    /** The socket is closed. While the session is being opened the call is ended as soon as it is there. */
    const finish = (): void => {
      if (isFinished || state === "opening" || socket.readyState < socket.CLOSING) return;
      isFinished = true;
      if (isHungUp) toCall((running) => running.callerGone());
      else if (journals.stop.aborted) endCall("node_lost", "us");
      else endCall("carrier_error", "carrier");
      state = "over";
      if (!journal) {
        done();
        return;
      }
      metrics.calls.add(-1);
      void journal
        .close()
        .catch((error: unknown) => log("journal_not_closed", { trace: traceOf(error) }))
        .finally(done);
    };

    const line = new Line(socket, {
      inScope,
      start(event) {
        if (state !== "waiting") return;
        state = "opening";
        clearTimeout(starting);
        void open(event);
      },
      sound: (sound) => toCall((running) => running.hear(sound)),
      digit: (digit) => toCall((running) => running.pressed(digit)),
      mark: (name) => toCall((running) => running.marked(name)),
      stop() {
        isHungUp = true;
        if (call) toCall((running) => running.callerGone());
        line.close(1000);
      },
      trouble: (what) => metrics.line.add(1, what),
    });
    const tick = (): void => {
      line.tick();
      if (!isFinished) call?.tick();
    };
    const leaveTicker = ticker.add(() => inScope(tick));
    socket.on("close", () => {
      clearTimeout(starting);
      leaveTicker();
      finish();
    });
  });
