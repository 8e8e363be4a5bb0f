// Where the sealed parts of recordings lie: a bucket, one object a part, all of a call under one prefix.
import { mostParts } from "@callmeback/shared/domain/recording";

/** As much of an R2 bucket as is used here. */
export interface Bucket {
  put(key: string, value: Uint8Array): Promise<unknown>;
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
  list(options: { prefix: string; limit: number }): Promise<{ objects: { key: string }[] }>;
  delete(keys: string[]): Promise<unknown>;
}

export interface RecordingStore {
  put(callId: string, part: number, sealed: Uint8Array): Promise<void>;
  /** Null when there is no such part. */
  get(callId: string, part: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** All parts of a call, also those that no row knows of. Safe to repeat. */
  erase(callId: string): Promise<void>;
}

const prefixOf = (callId: string): string => `recordings/${callId}/`;
const keyOf = (callId: string, part: number): string => `${prefixOf(callId)}${part}`;
/** As many as R2 deletes at once. */
const atOnce = 1_000;

export const recordingStore = (bucket: Bucket): RecordingStore => ({
  async put(callId, part, sealed) {
    await bucket.put(keyOf(callId, part), sealed);
  },
  async get(callId, part) {
    const found = await bucket.get(keyOf(callId, part));
    return found === null ? null : new Uint8Array(await found.arrayBuffer());
  },
  async erase(callId) {
    for (let rounds = 0; rounds <= mostParts / atOnce; rounds += 1) {
      const { objects } = await bucket.list({ prefix: prefixOf(callId), limit: atOnce });
      if (objects.length === 0) return;
      await bucket.delete(objects.map(({ key }) => key));
    }
  },
});
