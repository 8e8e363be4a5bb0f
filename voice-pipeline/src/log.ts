/** One JSON line per event on stderr. Words of a call, tokens and keys never belong in it. */

export const log = (event: string, fields: Record<string, string | number | boolean | null> = {}): void => {
  process.stderr.write(
    `${JSON.stringify({ at: new Date().toISOString(), worker: "voice-pipeline", event, ...fields })}\n`,
  );
};
