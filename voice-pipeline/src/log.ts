/**
 * One JSON line per event on stderr, in a call under the id of the request that asked for it. Words of a call, tokens and
 * keys never belong in it.
 */
import { currentRequestId } from "@callmeback/shared/domain/request-id";

export const log = (event: string, fields: Record<string, string | number | boolean | null> = {}): void => {
  process.stderr.write(
    `${JSON.stringify({ at: new Date().toISOString(), requestId: currentRequestId(), worker: "voice-pipeline", event, ...fields })}\n`,
  );
};
