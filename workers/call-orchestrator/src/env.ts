// What this Worker is given, and the form in which its verbs take it.
import type { CostTable } from "@callmeback/shared/domain/costs";
import type { BillingRpc } from "@callmeback/shared/rpc/billing";
import type { DatabaseRpc } from "@callmeback/shared/rpc/database";
import type { DerivedKey } from "./derived-key.ts";
import type { LiveCalls, LiveNamespace } from "./live/live-calls.ts";
import type { RecordingAddresses } from "./recording/address.ts";
import type { Bucket, RecordingStore } from "./recording/store.ts";
import type { ScheduleTask } from "./schedule/claim-due.ts";
import type { StreamTokens } from "./stream-token.ts";
import type { TranscriptCipher } from "./transcript-cipher.ts";
import type { Twilio } from "./twilio.ts";
import type { VoiceNode } from "./voice-node.ts";

export interface Env {
  DATABASE: DatabaseRpc;
  SCHEDULE_QUEUE: ScheduleQueue;
  CALL_LIVE: LiveNamespace;
  BILLING: BillingRpc;
  RECORDINGS: Bucket;
  TWILIO_API_URL: string;
  TWILIO_ACCOUNT_SID: string;
  TWILIO_AUTH_TOKEN: string;
  TWILIO_FROM_NUMBER: string;
  PUBLIC_URL: string;
  VOICE_PUBLIC_URL: string;
  /** JSON; empty for the usual prices. */
  COST_TABLE: string;
  /** 32 bytes, base64. */
  TRANSCRIPT_KEY: string;
  /** What the mesh and the voice pipeline show each other. */
  VOICE_NODE_KEY: string;
}

/** As much of a queue as is used here. */
export interface ScheduleQueue {
  sendBatch(messages: { body: ScheduleTask; delaySeconds: number }[]): Promise<unknown>;
}

export interface CallDeps {
  database: DatabaseRpc;
  billing: BillingRpc;
  twilio: Twilio;
  cipher: TranscriptCipher;
  queue: ScheduleQueue;
  now: () => Date;
  costs: CostTable;
  live: LiveCalls;
  recordings: RecordingStore;
  addresses: RecordingAddresses;
  publicUrl: string;
  voice: VoiceNode;
  /** Secrets that are worked out. */
  derived: DerivedKey;
  streamToken: StreamTokens;
  /** What the handshake of a stream to us is signed with. */
  streamSignatures: () => string[];
}
