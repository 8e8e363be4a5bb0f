// What a call cost us, read from what was measured.
import { type CostTable, callCosts } from "@callmeback/shared/domain/costs";
import { rows } from "@callmeback/shared/rpc/database";
import * as z from "zod";

const useRow = z.object({
  duration_seconds: z.int().nullable(),
  has_stream: z.boolean(),
  usage: z
    .object({
      speech_to_text_seconds: z.number(),
      llm_input_tokens: z.int(),
      llm_output_tokens: z.int(),
      speech_characters: z.int(),
    })
    .nullable(),
  captured_cents: z.int().nullable(),
});

export const useOfCall = (callId: string) => rows(useRow)`
  select c.duration_seconds, c.stream_opened_at is not null as has_stream, c.usage,
    case when c.origin = 'try_out' then 0 else
      case m.state when 'captured' then m.capture_cents when 'refunded' then m.capture_cents when 'released' then 0 end
    end as captured_cents
  from calls c left join payments m on m.id = c.payment_id where c.id = ${callId} and c.origin <> 'logged'`;

/** One line for each provider, in dollars. */
export function costLines(
  { duration_seconds, has_stream, usage, captured_cents }: z.infer<typeof useRow>,
  table: CostTable,
) {
  const lines = callCosts(
    {
      durationSeconds: duration_seconds,
      hasStream: has_stream,
      speechToTextSeconds: usage?.speech_to_text_seconds ?? null,
      llmInputTokens: usage?.llm_input_tokens ?? null,
      llmOutputTokens: usage?.llm_output_tokens ?? null,
      speechCharacters: usage?.speech_characters ?? null,
      capturedCents: captured_cents,
    },
    table,
  );
  return lines.map(({ microdollars, ...line }) => ({
    ...line,
    cost: microdollars === null ? null : microdollars / 1_000_000,
  }));
}
