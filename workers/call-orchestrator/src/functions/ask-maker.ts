// One request to the service of a persona's maker.
import { mostAnswer } from "@callmeback/shared/domain/functions";
import { requestIdHeaders } from "@callmeback/shared/domain/request-id";
import * as z from "zod";
import type { CallDeps } from "../env.ts";
import { signedHeaders } from "./signature.ts";

/** Sooner than the conversation gives a function up: see the voice pipeline's dead-air.ts. */
const patienceMs = 3_000;
/** More is not read. */
const mostBytes = 16_384;

const answered = z.object({ result: z.unknown() });

/** The answer in words for a model. @throws Error that says, to a model, what went wrong */
export async function askMaker(
  { derived, now }: Pick<CallDeps, "derived" | "now">,
  tenantId: string,
  url: string,
  id: string,
  data: object,
): Promise<string> {
  const at = now();
  const body = JSON.stringify({ type: "function.called", timestamp: at.toISOString(), data });
  const signed = await signedHeaders(derived, tenantId, { id, at, body });
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...requestIdHeaders(), ...signed },
      body,
      // Nobody but whom the maker named is told what was said.
      redirect: "manual",
      signal: AbortSignal.timeout(patienceMs),
    });
    text = await textOf(response);
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    throw new Error(isLate ? "it did not answer in time." : "nobody answered.", { cause: error });
  }
  if (!response.ok) throw new Error(`it answered with status ${response.status}.`);
  return wordsOf(text).slice(0, mostAnswer);
}

async function textOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    text += decoder.decode(piece, { stream: true });
    if (bytes >= mostBytes) break;
  }
  return text;
}

/** `{"result": …}`, or whatever else it wrote. */
function wordsOf(text: string): string {
  let result: unknown = text;
  try {
    const json: unknown = JSON.parse(text);
    result = answered.safeParse(json).data?.result ?? json;
  } catch {
    // Plain words.
  }
  const words = typeof result === "string" ? result.trim() : JSON.stringify(result);
  return words === "" ? "done" : words;
}
