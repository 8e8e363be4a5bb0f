/**
 * One Twilio stream from its first frame to its last. Nothing happens before its token is known: a call that was made ready
 * while it rang begins at once and is given up if the mesh then says no; any other begins when the mesh says yes. However
 * the call ends, and be it by our own bug, its end stands in the journal with whose fault it was.
 */
import { randomUUID } from "node:crypto";
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { withRequestId } from "@callmeback/shared/domain/request-id";
import { type RunningCall, runCall } from "./call.ts";
import type { VoiceConfig } from "./config.ts";
import { type EarAndVoice, type EarAndVoiceEvents, openEarAndVoice } from "./ear-and-voice.ts";
import { guard, traceOf } from "./guard.ts";
import { HeldEntries } from "./journal/held-entries.ts";
import { Journal, type JournalParts, unmeasured } from "./journal/journal.ts";
import { log } from "./log.ts";
import { type Mesh, MeshRefusal, type OpenedSession } from "./mesh.ts";
import type { Metrics, StreamRefusal } from "./metrics.ts";
import type { PreparedCalls } from "./ready/prepared-calls.ts";
import type { PartWorld } from "./recording/part-file.ts";
import type { RecordWorld } from "./replay/packed-record.ts";
import { RecordFile } from "./replay/record-file.ts";
import { isOneOf } from "./secret.ts";
import { Line } from "./telephony/line.ts";
import type { StreamSocket } from "./telephony/stream-socket.ts";
import type { Ticker } from "./telephony/ticker.ts";
import type { TwilioEvent } from "./telephony/twilio.ts";

export interface StreamSetup {
  config: VoiceConfig;
  mesh: Mesh;
  metrics: Metrics;
  ticker: Ticker;
  journals: JournalParts & PartWorld & RecordWorld;
  prepared: PreparedCalls;
}

const startMs = 5_000;
const stopMs = 5_000;
/** What is kept of the caller's sound until the call's context is there; the mesh has five seconds for it. */
const mostEarlySounds = 50 * 10;
type State = "waiting" | "opening" | "talking" | "over";

/**
 * Resolves when the stream is closed and its journal is delivered.
 * @param signature what Twilio signed the handshake with
 */
export const serveStream = (socket: StreamSocket, signature: string, setup: StreamSetup): Promise<void> =>
  new Promise((done) => {
    const { config, mesh, metrics, ticker, journals, prepared } = setup;
    let state: State = "waiting";
    let call: RunningCall | null = null;
    let journal: Journal | null = null;
    let record: RecordFile | null = null;
    const entries = new HeldEntries();
    /** Resolves when the mesh has said that the stream is this call's; never, when it says no. */
    const confirmed = Promise.withResolvers<void>();
    let isAsking = false;
    let leave = () => {};
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
    /** Within the scope. */
    const toCall = (work: (call: RunningCall) => void): void => {
      if (call) work(call);
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

    const begin = (
      session: VoiceSession,
      streamSid: string,
      connect: (on: EarAndVoiceEvents) => EarAndVoice,
    ): void => {
      state = "talking";
      metrics.calls.add(1);
      const leaveRunning = prepared.runs(session.call_id);
      leave = () => {
        leaveRunning();
        metrics.calls.add(-1);
      };
      const lines = new RecordFile(session.call_id, journals, confirmed.promise);
      record = lines;
      call = runCall({
        config,
        session,
        streamSid,
        journal: entries,
        parts: journals,
        record: (line, at) => lines.write(line, at),
        metrics,
        connect,
        showWords: (words) => confirmed.promise.then(() => mesh.showWords(session.call_id, words)),
        askMaker: (wish) =>
          confirmed.promise.then(() => mesh.callFunction(session.call_id, { ...wish, id: randomUUID() })),
        send: (text) => line.send(text),
        ended: (reason) => {
          if (reason !== "caller_hangup") void confirmed.promise.then(() => hangUp(session.call_id));
        },
      });
      for (const work of early) toCall(work);
      early = [];
    };

    const confirm = ({ call_id }: VoiceSession): void => {
      // Before anything that can fail: a call that breaks from here on is hung up.
      confirmed.resolve();
      metrics.callsTotal.add(1);
      journal = new Journal(call_id, journals);
      entries.release(journal);
    };

    /** What was made ready is of no use to this stream, or the mesh does not know it. */
    const turnAway = (why: StreamRefusal): void => {
      call?.abandon();
      call = null;
      refuse(why);
      finish();
    };

    const open = async (event: TwilioEvent & { type: "start" }): Promise<void> => {
      const { streamSid, callSid, identity } = event;
      if (!identity) {
        refuse("no_identity");
        return;
      }
      const ready = prepared.find(identity, callSid);
      if (ready && !isOneOf(ready.call.stream_signatures, signature)) {
        refuse("signature");
        return;
      }
      isAsking = true;
      if (ready) {
        const { session } = ready.call;
        prepared.take(ready);
        ready.broke = broke;
        guarded = withRequestId(session.request_id, () => guard(broke));
        inScope(() => begin(session, streamSid, ready.early.takeOver));
        // The first frames leave before the mesh is asked.
        await Promise.resolve();
      }
      let opened: OpenedSession;
      try {
        opened = await mesh.openSession({ ...identity, call_sid: callSid, stream_sid: streamSid });
      } catch (error) {
        isAsking = false;
        turnAway(error instanceof MeshRefusal && error.status < 500 ? "token" : "mesh");
        return;
      }
      isAsking = false;
      if (!isOneOf(opened.stream_signatures, signature)) {
        turnAway("signature");
        return;
      }
      const { session } = opened;
      guarded = withRequestId(session.request_id, () => guard(broke));
      inScope(() => {
        confirm(session);
        if (ready) return;
        const { voice_id } = session.persona;
        begin(session, streamSid, (on) => openEarAndVoice(config, voice_id, on));
      });
      if (call) finish();
      else {
        ready?.early.close();
        giveUp();
      }
    };

    /** The call broke before it began. Without a journal the mesh finds out by itself. */
    const giveUp = (): void => {
      inScope(() =>
        entries.append(
          { type: "ended", end_reason: "internal_error", fault: "us", ...unmeasured },
          new Date(),
        ),
      );
      state = "over";
      line.close(1011);
      finish();
    };

    let isFinished = false;
    /** The socket is closed. While the mesh is being asked the call is ended as soon as it has answered. */
    const finish = (): void => {
      if (isFinished || isAsking || socket.isOpen) return;
      isFinished = true;
      let over = Promise.resolve();
      if (isHungUp)
        inScope(() =>
          toCall((running) => {
            over = running.callerGone();
          }),
        );
      else if (journals.stop.aborted) endCall("node_lost", "us");
      else endCall("carrier_error", "carrier");
      state = "over";
      leave();
      if (!journal) {
        done();
        return;
      }
      const own = journal;
      void over
        .then(() => Promise.all([own.close(), call?.saved(), record?.save()]))
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
      sound(sound) {
        // What waits for its call must not be overwritten by what comes next.
        const own = call ? sound : Buffer.from(sound);
        toCall((running) => running.hear(own));
      },
      digit: (digit) => toCall((running) => running.pressed(digit)),
      mark: (name) => toCall((running) => running.marked(name)),
      stop() {
        isHungUp = true;
        if (call) toCall((running) => void running.callerGone());
        line.close(1000);
      },
      trouble: (what) => metrics.line.add(1, what),
    });
    const tick = (): void => {
      line.tick();
      if (!isFinished) call?.tick();
    };
    const leaveTicker = ticker.add(() => inScope(tick));
    socket.onClose = () => {
      clearTimeout(starting);
      leaveTicker();
      finish();
    };
  });
