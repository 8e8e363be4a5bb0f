// What was said in a call, opened for whoever may read it.
import { turnLatency } from "@callmeback/shared/contract/voice";
import { sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";
import type { CallDeps } from "./env.ts";
import { callColumns, callRow } from "./present-call.ts";
import { openWords } from "./sealed-words.ts";

export const turnRow = z.object({
  call_id: z.string(),
  seq: z.int(),
  speaker: z.enum(["caller", "persona"]),
  encrypted_text: z.string(),
  started_at: z.string(),
  ended_at: z.string(),
  interrupted: z.boolean(),
  latency: turnLatency.nullable(),
});

export const turnColumns = sql`t.call_id, t.seq, t.speaker, t.encrypted_text, t.started_at, t.ended_at, t.interrupted, t.latency`;

/** A call as its owner reads it, with the words that came as one text. */
export const ownRow = callRow.extend({ sealed_words: z.string().nullable() });
export const ownColumns = sql`${callColumns}, c.sealed_words`;

type OpenedTurn = Omit<z.infer<typeof turnRow>, "encrypted_text"> & { text: string };

export const openTurns = (
  cipher: CallDeps["cipher"],
  turns: z.infer<typeof turnRow>[],
): Promise<OpenedTurn[]> =>
  Promise.all(
    turns.map(async ({ encrypted_text, ...turn }) => ({
      ...turn,
      text: await cipher.open(turn.call_id, turn.seq, encrypted_text),
    })),
  );

/** What was said: turn by turn, or as the agent that held the call told it. */
export async function transcriptOf(
  cipher: CallDeps["cipher"],
  call: z.infer<typeof ownRow>,
  turns: OpenedTurn[],
): Promise<string | null> {
  const own = turns.filter((turn) => turn.call_id === call.id);
  if (own.length === 0) return (await openWords(cipher, call.id, call.sealed_words)).transcript;
  return own
    .map((turn) => `${turn.speaker === "caller" ? "You" : call.persona_name}: ${turn.text}`)
    .join("\n");
}
