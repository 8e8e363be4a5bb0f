// A persona as the API shows it.
import { shownFunction } from "@callmeback/shared/contract/functions";
import { sql } from "@callmeback/shared/rpc/database";
import * as z from "zod";

export const personaRow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  voice: z.string(),
  system_prompt: z.string(),
  is_public: z.boolean(),
  created_by: z.string(),
  tags: z.array(z.string()),
  greeting: z.string().nullable(),
  recording: z.boolean(),
  silence_seconds: z.int(),
  leaves_machines: z.boolean(),
  functions: z.array(shownFunction),
  version: z.int(),
  use_count: z.int(),
  created_at: z.string(),
});

/** The columns of `personaRow`, from `personas`. */
export const personaColumns = sql`id, name, description, voice, system_prompt, is_public,
  coalesce(user_id::text, 'system') as created_by, tags, greeting, recording, silence_seconds, leaves_machines,
  case when functions = '[]' or user_id = app.user_id() then functions
    else (select jsonb_agg(each || '{"url": null}') from jsonb_array_elements(functions) each) end as functions,
  version, use_count, created_at`;
