// Calls, from the request to the settled receipt. Thin: each verb has its file, each state machine its SQL.
import { WorkerEntrypoint } from "cloudflare:workers";
import { isCarrierEnd, isUnanswered } from "@callmeback/shared/domain/call-state";
import { readCostTable } from "@callmeback/shared/domain/costs";
import { followRequests } from "@callmeback/shared/domain/request-id";
import type { CallsRpc, SignedRequest } from "@callmeback/shared/rpc/calls";
import type { AdminContext, Context, UserContext } from "@callmeback/shared/rpc/context";
import { eraseCalls, exportCalls } from "./account.ts";
import { adminCosts, adminHangUpCall, adminListCalls, voiceNodes } from "./admin-calls.ts";
import { afterStream } from "./after-stream.ts";
import { adminGetCall, getCall } from "./call-detail.ts";
import { answeredBy, streamStatus } from "./carrier-notes.ts";
import { concludeLater } from "./conclude-later.ts";
import { createCall } from "./create-call.ts";
import { derivedKey } from "./derived-key.ts";
import type { CallDeps, Env } from "./env.ts";
import { callFunction } from "./functions/call-function.ts";
import { functionSecret } from "./functions/signature.ts";
import { endByVoice, hangUpCall } from "./hang-up.ts";
import { liveCalls, mayWatch } from "./live/watch.ts";
import { logCall } from "./log-call.ts";
import { recordProgress } from "./progress.ts";
import { listCalls } from "./read-calls.ts";
import { recordingAddresses } from "./recording/address.ts";
import { eraseRecordings } from "./recording/erase.ts";
import { deleteRecording, recordingAddress } from "./recording/own-recording.ts";
import { play } from "./recording/play.ts";
import { recordingStore } from "./recording/store.ts";
import { takePart } from "./recording/take-part.ts";
import { wavAnswer } from "./recording/wav-answer.ts";
import { readReplay, takeReplay } from "./replay.ts";
import { cancelScheduled } from "./schedule/cancel-scheduled.ts";
import { listScheduled } from "./schedule/list-scheduled.ts";
import { scheduleCall } from "./schedule/schedule-call.ts";
import { takeTask, tellOfDead } from "./schedule/take-task.ts";
import { settleOwed } from "./settle-owed.ts";
import { streamTokens } from "./stream-token.ts";
import { receiveMessage } from "./suppressions.ts";
import { sweep } from "./sweep.ts";
import { transcriptCipher } from "./transcript-cipher.ts";
import { Twilio } from "./twilio.ts";
import { emptyTwiml } from "./twiml.ts";
import { readUsage } from "./usage.ts";
import { streamSignatures, verifyTwilio } from "./verify-twilio.ts";
import { voiceNode } from "./voice-node.ts";
import { answerCall, openSession, prepareCall, recordJournal } from "./voice-session.ts";

export { CallLive } from "./live/call-live.ts";

type Verb<N extends keyof CallsRpc> = Parameters<CallsRpc[N]>;

class CallOrchestrator extends WorkerEntrypoint<Env> implements CallsRpc {
  create(context: UserContext, input: Verb<"create">[1], idempotencyKey: string | null) {
    return createCall(this.#deps(), context, input, idempotencyKey);
  }

  tryPersona(
    context: UserContext,
    personaId: string,
    input: Verb<"tryPersona">[2],
    idempotencyKey: string | null,
  ) {
    const wish = { ...input, persona_id: personaId, payment_intent_id: null };
    return createCall(this.#deps(), context, wish, idempotencyKey);
  }

  log(context: UserContext, input: Verb<"log">[1], idempotencyKey: string | null) {
    return logCall(this.#deps(), context, input, idempotencyKey);
  }

  list(context: UserContext, query: Verb<"list">[1]) {
    return listCalls(this.#deps(), context, query);
  }

  usage(context: UserContext, query: Verb<"usage">[1]) {
    return readUsage(this.#deps(), context, query.months);
  }

  get(context: UserContext, id: string) {
    return getCall(this.#deps(), context, id);
  }

  hangUp(context: UserContext, id: string) {
    return hangUpCall(this.#deps(), context, id);
  }

  schedule(context: UserContext, input: Verb<"schedule">[1], idempotencyKey: string | null) {
    return scheduleCall(this.#deps(), context, input, idempotencyKey);
  }

  listScheduled(context: UserContext, query: Verb<"listScheduled">[1]) {
    return listScheduled(this.#deps(), context, query);
  }

  cancelScheduled(context: UserContext, id: string) {
    return cancelScheduled(this.#deps(), context, id);
  }

  /** The queue of scheduled calls; what fails comes again, and in the end through the queue of the dead. */
  override async queue(batch: MessageBatch) {
    if (batch.queue.endsWith("-dead")) return tellOfDead(batch.messages);
    await Promise.all(batch.messages.map((message) => takeTask(this.#deps(), message)));
  }

  async verifyTwilio(request: SignedRequest) {
    verifyTwilio(this.env.TWILIO_AUTH_TOKEN, request);
  }

  async answer(_context: Context, callId: string, twilio: Verb<"answer">[2]) {
    const deps = this.#deps();
    const twiml = await answerCall(deps, callId, twilio.CallSid);
    this.ctx.waitUntil(deps.live.changed(callId));
    return twiml;
  }

  async showWords(_context: Context, callId: string, words: Verb<"showWords">[2]) {
    return { watched: await this.#deps().live.words(callId, { type: "words", ...words }) };
  }

  mayWatch(context: UserContext, id: string) {
    return mayWatch(this.#deps(), context, id);
  }

  /** Only the gateway reaches this, with the upgrade of somebody who may watch. */
  override async fetch(request: Request) {
    const id = /^\/live\/([0-9a-f-]{36})$/.exec(new URL(request.url).pathname)?.[1];
    return id === undefined
      ? new Response(null, { status: 404 })
      : this.env.CALL_LIVE.getByName(id).fetch(request);
  }

  async progress(_context: Context, callId: string, twilio: Verb<"progress">[2]) {
    const deps = this.#deps();
    const { ended, ringing } = await recordProgress(deps, callId, {
      sid: twilio.CallSid,
      status: twilio.CallStatus,
      key: `${twilio.SequenceNumber}:${twilio.CallStatus}`,
      durationSeconds: twilio.CallDuration === undefined ? null : Number(twilio.CallDuration),
      sipResponseCode: twilio.SipResponseCode ?? null,
      at: timeOf(twilio.Timestamp),
    });
    if (ended) this.ctx.waitUntil(settleOwed(deps, callId));
    else if (isCarrierEnd(twilio.CallStatus)) this.ctx.waitUntil(concludeLater(deps, callId));
    if (ringing) this.ctx.waitUntil(prepareCall(deps, ringing));
    else if (isUnanswered(twilio.CallStatus)) this.ctx.waitUntil(deps.voice.forget(callId));
    this.ctx.waitUntil(deps.live.changed(callId));
    return emptyTwiml();
  }

  async answeredBy(_context: Context, callId: string, twilio: Verb<"answeredBy">[2]) {
    await answeredBy(this.#deps(), callId, twilio.CallSid, twilio.AnsweredBy);
    return emptyTwiml();
  }

  async streamStatus(_context: Context, callId: string, twilio: Verb<"streamStatus">[2]) {
    await streamStatus(this.#deps(), callId, twilio);
    return emptyTwiml();
  }

  afterStream(_context: Context, callId: string, twilio: Verb<"afterStream">[2]) {
    return afterStream(this.#deps(), callId, twilio.CallSid);
  }

  async receiveMessage(_context: Context, message: Verb<"receiveMessage">[1]) {
    await receiveMessage(this.#deps(), message.From, message.Body);
    return emptyTwiml();
  }

  openSession(_context: Context, input: Verb<"openSession">[1]) {
    return openSession(this.#deps(), input);
  }

  async recordJournal(_context: Context, callId: string, entries: Verb<"recordJournal">[2]) {
    const deps = this.#deps();
    const { acknowledged, ended } = await recordJournal(deps, callId, entries);
    if (ended) this.ctx.waitUntil(settleOwed(deps, callId));
    if (ended || entries.some(({ type }) => type === "turn")) this.ctx.waitUntil(deps.live.changed(callId));
    const isWithdrawn = entries.some((entry) => entry.type === "recording" && entry.consent === "withdrawn");
    if (isWithdrawn) this.ctx.waitUntil(eraseRecordings(deps));
    return { acknowledged };
  }

  takeRecordingPart(_context: Context, callId: string, part: number, sealed: Uint8Array) {
    return takePart(this.#deps(), callId, part, sealed);
  }

  recordingAddress(context: UserContext, callId: string) {
    return recordingAddress(this.#deps(), context, callId);
  }

  async deleteRecording(context: UserContext, callId: string) {
    const deps = this.#deps();
    const answer = await deleteRecording(deps, context, callId);
    this.ctx.waitUntil(eraseRecordings(deps));
    return answer;
  }

  async playRecording(_context: Context, token: string, range: string | null) {
    return wavAnswer(await play(this.#deps(), token, range), (streaming) => this.ctx.waitUntil(streaming));
  }

  takeReplay(_context: Context, callId: string, gzipped: Uint8Array) {
    return takeReplay(this.#deps(), callId, gzipped);
  }

  readReplay(context: UserContext, callId: string) {
    return readReplay(this.#deps(), context, callId);
  }

  callFunction(_context: Context, callId: string, wish: Verb<"callFunction">[2]) {
    return callFunction(this.#deps(), callId, wish);
  }

  functionSecret(context: UserContext) {
    return functionSecret(this.#deps(), context);
  }

  endByVoice(_context: Context, callId: string) {
    return endByVoice(this.#deps(), callId);
  }

  sweep(_context: Context) {
    return sweep(this.#deps());
  }

  adminList(context: AdminContext, query: Verb<"adminList">[1]) {
    return adminListCalls(this.#deps(), context, query);
  }

  adminGet(context: AdminContext, id: string) {
    return adminGetCall(this.#deps(), context, id);
  }

  adminHangUp(context: AdminContext, id: string) {
    return adminHangUpCall(this.#deps(), context, id);
  }

  adminCosts(context: AdminContext, query: Verb<"adminCosts">[1]) {
    return adminCosts(this.#deps(), context, query);
  }

  voiceNodes(context: AdminContext) {
    return voiceNodes(this.#deps(), context);
  }

  exportCalls(context: UserContext) {
    return exportCalls(this.#deps(), context);
  }

  async eraseCalls(_context: Context, userId: string) {
    const deps = this.#deps();
    await eraseCalls(deps, userId);
    this.ctx.waitUntil(eraseRecordings(deps));
  }

  async health() {
    await this.env.DATABASE.health();
  }

  #deps(): CallDeps {
    const { env } = this;
    const voice = voiceNode(env.VOICE_PUBLIC_URL, env.VOICE_NODE_KEY);
    const derived = derivedKey(env.TRANSCRIPT_KEY);
    return {
      database: env.DATABASE,
      billing: env.BILLING,
      twilio: new Twilio({
        apiUrl: env.TWILIO_API_URL,
        accountSid: env.TWILIO_ACCOUNT_SID,
        authToken: env.TWILIO_AUTH_TOKEN,
        fromNumber: env.TWILIO_FROM_NUMBER,
      }),
      cipher: transcriptCipher(env.TRANSCRIPT_KEY),
      queue: env.SCHEDULE_QUEUE,
      now: () => new Date(),
      costs: readCostTable(env.COST_TABLE),
      live: liveCalls(env.CALL_LIVE),
      recordings: recordingStore(env.RECORDINGS),
      addresses: recordingAddresses(env.TRANSCRIPT_KEY),
      publicUrl: env.PUBLIC_URL,
      voice,
      derived,
      streamToken: streamTokens(derived),
      streamSignatures: () => streamSignatures(env.TWILIO_AUTH_TOKEN, voice.streamUrl),
    };
  }
}

/** Twilio's RFC 2822 time; now, when it sent none that can be read. */
function timeOf(timestamp: string | undefined): Date {
  const time = new Date(timestamp ?? "");
  return Number.isNaN(time.getTime()) ? new Date() : time;
}

followRequests(CallOrchestrator);
export default CallOrchestrator;
