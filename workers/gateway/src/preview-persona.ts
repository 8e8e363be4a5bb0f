// A persona's first words in its own voice. The sound comes from a voice node, which alone holds the key to the voices.
import type { Contract } from "@callmeback/shared/contract";
import { fail } from "@callmeback/shared/contract/errors";
import type { RouteOutput } from "@callmeback/shared/contract/route";
import { logFault } from "@callmeback/shared/domain/log";
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import { providerVoiceId, usualOpening } from "@callmeback/shared/domain/voices";
import type { UserContext } from "@callmeback/shared/rpc/context";
import * as z from "zod";
import type { Env } from "./env.ts";

const sample = z.object({ audio: z.string() });

/** A little more than a voice node takes at most. */
const patienceMs = 12_000;

/** Errors: `NOT_FOUND`, `SERVICE_UNAVAILABLE` when no voice node speaks now. */
export async function previewPersona(
  env: Env,
  context: UserContext,
  id: string,
): Promise<RouteOutput<Contract["previewPersona"]>> {
  const { persona } = await env.PERSONA.get(context, id);
  const text = persona.greeting ?? usualOpening;
  const audio = await askForSound(env, providerVoiceId(persona.voice), text);
  if (audio === undefined)
    return fail("SERVICE_UNAVAILABLE", "The voice cannot be heard just now. Try again in a moment.", {
      retryAfter: 5,
    });
  return { preview: { text, audio } };
}

async function askForSound(env: Env, voice_id: string, text: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${env.VOICE_PUBLIC_URL.replace(/^ws/, "http")}/sample`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${env.VOICE_NODE_KEY}`,
        "Content-Type": "application/json",
        ...requestIdHeaders(),
      },
      body: JSON.stringify({ voice_id, text }),
      signal: AbortSignal.timeout(patienceMs),
    });
    if (!answer.ok) throw new Error(`A voice node answered ${answer.status}.`);
    return sample.parse(await answer.json()).audio;
  } catch (error) {
    logFault({ worker: "gateway", event: "no sample was spoken" }, error);
    return undefined;
  }
}
