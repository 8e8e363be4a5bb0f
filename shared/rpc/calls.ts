// The interface of the call-orchestrator Worker: calls, Twilio, and the settlement of a call.
import type { Contract } from "../contract/index.ts";
import type { RouteInput, RouteOutput } from "../contract/route.ts";
import type { AdminContext, Context, UserContext } from "./context.ts";

type Input<N extends keyof Contract> = RouteInput<Contract[N]>;
type Answer<N extends keyof Contract> = RouteOutput<Contract[N]>;

/** A request as Twilio signed it: the address it called and the form's fields in order. */
export interface SignedRequest {
  url: string;
  fields: [name: string, value: string][];
  signature: string | null;
}

export interface CallsRpc {
  /** Errors: as `POST /api/call` lists them. */
  create(
    context: UserContext,
    input: Input<"createCall">["body"],
    idempotencyKey: string | null,
  ): Promise<Answer<"createCall">>;
  /** Errors: as `POST /api/personas/:id/try-out` lists them. */
  tryPersona(
    context: UserContext,
    personaId: string,
    input: Input<"tryPersona">["body"],
    idempotencyKey: string | null,
  ): Promise<Answer<"tryPersona">>;
  /** Errors: `VALIDATION_ERROR`, `IDEMPOTENCY_CONFLICT`. */
  log(
    context: UserContext,
    input: Input<"logCall">["body"],
    idempotencyKey: string | null,
  ): Promise<Answer<"logCall">>;
  list(context: UserContext, query: Input<"listCalls">["query"]): Promise<Answer<"listCalls">>;
  usage(context: UserContext, query: Input<"usage">["query"]): Promise<Answer<"usage">>;
  get(context: UserContext, id: string): Promise<Answer<"getCall">>;
  hangUp(context: UserContext, id: string): Promise<Answer<"hangUpCall">>;
  /** Errors: as `POST /api/calls/schedule` lists them. */
  schedule(
    context: UserContext,
    input: Input<"scheduleCall">["body"],
    idempotencyKey: string | null,
  ): Promise<Answer<"scheduleCall">>;
  listScheduled(
    context: UserContext,
    query: Input<"listScheduledCalls">["query"],
  ): Promise<Answer<"listScheduledCalls">>;
  /** Errors: `NOT_FOUND`, `CANCELLATION_DENIED`, `STRIPE_ERROR`. */
  cancelScheduled(context: UserContext, id: string): Promise<Answer<"cancelScheduledCall">>;
  /** Errors: `INVALID_SIGNATURE`, with no detail. */
  verifyTwilio(request: SignedRequest): Promise<void>;
  /** TwiML for an answered call. Errors: `NOT_FOUND`. */
  answer(context: Context, callId: string, twilio: Input<"voiceAnswer">["body"]): Promise<string>;
  /** Takes a progress report once, whatever the order; empty TwiML. Errors: `NOT_FOUND`. */
  progress(context: Context, callId: string, twilio: Input<"voiceStatus">["body"]): Promise<string>;
  /** Notes who answered; a machine is hung up on. Errors: `NOT_FOUND`. */
  answeredBy(context: Context, callId: string, twilio: Input<"voiceAmd">["body"]): Promise<string>;
  /** Notes what became of a media stream. Errors: `NOT_FOUND`. */
  afterStream(context: Context, callId: string, twilio: Input<"voiceAfterStream">["body"]): Promise<string>;
  streamStatus(context: Context, callId: string, twilio: Input<"voiceStreamStatus">["body"]): Promise<string>;
  /** Takes an SMS to our number: STOP, START, or nothing that concerns us; empty TwiML. */
  receiveMessage(context: Context, message: Input<"voiceMessage">["body"]): Promise<string>;
  /** Errors: `INVALID_STREAM_TOKEN`. */
  openSession(
    context: Context,
    input: Input<"voiceOpenSession">["body"],
  ): Promise<Answer<"voiceOpenSession">>;
  /** Errors: `NOT_FOUND`. */
  recordJournal(
    context: Context,
    callId: string,
    entries: Input<"voiceJournal">["body"]["entries"],
  ): Promise<Answer<"voiceJournal">>;
  /** Shows words to whoever watches the call. */
  showWords(
    context: Context,
    callId: string,
    words: Input<"voiceLive">["body"],
  ): Promise<Answer<"voiceLive">>;
  /** May this person watch this call? Errors: `NOT_FOUND`. */
  mayWatch(context: UserContext, id: string): Promise<void>;
  /** Takes a sealed part of a recording once, however often it comes. Errors: `NOT_FOUND`, `VALIDATION_ERROR`. */
  takeRecordingPart(
    context: Context,
    callId: string,
    part: number,
    sealed: Uint8Array,
  ): Promise<Answer<"voiceRecording">>;
  /** A short-lived address. Errors: `NOT_FOUND`. */
  recordingAddress(context: UserContext, callId: string): Promise<Answer<"getRecording">>;
  /** Errors: `NOT_FOUND`. */
  deleteRecording(context: UserContext, callId: string): Promise<Answer<"deleteRecording">>;
  /**
   * The sound, or the part of it that a `Range` header asks for.
   * Errors: `INVALID_SIGNATURE`, `ADDRESS_EXPIRED`, `NOT_FOUND`.
   */
  playRecording(context: Context, token: string, range: string | null): Promise<Response>;
  /** Takes the gzipped events of a call once, however often they come. Errors: `NOT_FOUND`. */
  takeReplay(context: Context, callId: string, gzipped: Uint8Array): Promise<Answer<"voiceReplay">>;
  /** The events as lines. Errors: `NOT_FOUND`. */
  readReplay(context: UserContext, callId: string): Promise<Response>;
  /** Has the maker of a call's persona asked. Errors: `NOT_FOUND`. */
  callFunction(
    context: Context,
    callId: string,
    wish: Input<"voiceFunction">["body"],
  ): Promise<Answer<"voiceFunction">>;
  functionSecret(context: UserContext): Promise<Answer<"functionSecret">>;
  /** Errors: `NOT_FOUND`, `TWILIO_ERROR`. */
  endByVoice(context: Context, callId: string): Promise<Answer<"voiceHangup">>;
  /** Brings every call that a crash or a lost callback left behind to its end, and settles what is owed. */
  sweep(context: Context): Promise<void>;
  adminList(
    context: AdminContext,
    query: Input<"adminListCalls">["query"],
  ): Promise<Answer<"adminListCalls">>;
  /** Errors: `NOT_FOUND`, `TWILIO_ERROR`. */
  adminGet(context: AdminContext, id: string): Promise<Answer<"adminGetCall">>;
  adminHangUp(context: AdminContext, id: string): Promise<Answer<"adminHangUpCall">>;
  /** Errors: `VALIDATION_ERROR`. */
  adminCosts(context: AdminContext, query: Input<"adminCosts">["query"]): Promise<Answer<"adminCosts">>;
  voiceNodes(context: AdminContext): Promise<Answer<"adminHealth">["voice_nodes"]>;
  exportCalls(context: UserContext): Promise<Answer<"exportAccount">["calls"]>;
  /** Errors: `SERVICE_UNAVAILABLE` while a call is still being ended. */
  eraseCalls(context: Context, userId: string): Promise<void>;
  health(): Promise<void>;
}
