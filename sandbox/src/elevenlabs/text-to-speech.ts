/** Speech over plain HTTP: the whole text in, raw sound out, in one piece or as it is made. */
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { ElevenLabsFailure } from "./errors.ts";
import { soundChunks } from "./sound-chunks.ts";
import type { GenerationPace } from "./voice-stream.ts";

const longestText = 40_000;

const invalidBody = (loc: string, msg: string) => ({
  detail: [{ loc: ["body", loc], msg, type: "value_error" }],
});

/** The text of a request's body, or the 422 that says what is wrong with it. */
export const readText = (body: Buffer): { text: string } | { refusal: object } => {
  let asked: unknown;
  try {
    asked = JSON.parse(body.toString("utf8"));
  } catch {
    return { refusal: invalidBody("", "JSON decode error") };
  }
  const text = Object(asked).text;
  if (typeof text !== "string") return { refusal: invalidBody("text", "field required") };
  if (text.length > longestText)
    throw new ElevenLabsFailure(
      "max_character_limit_exceeded",
      `This request exceeds ${longestText} characters.`,
    );
  return { text };
};

export const sendSpeech = async (
  response: ServerResponse,
  text: string,
  pace: GenerationPace,
  isStream: boolean,
  dropAfterMs: number | undefined,
): Promise<void> => {
  const chunks = soundChunks(text);
  if (pace.firstByteMs > 0) await wait(pace.firstByteMs);
  response.writeHead(200, {
    "content-type": "audio/basic",
    "current-concurrent-requests": "1",
    "maximum-concurrent-requests": "30",
  });
  if (dropAfterMs !== undefined) {
    response.write(chunks[0]?.audio ?? Buffer.alloc(0));
    await wait(dropAfterMs);
    response.destroy();
    return;
  }
  if (!isStream) {
    response.end(Buffer.concat(chunks.map((chunk) => chunk.audio)));
    return;
  }
  for (const { audio, durationMs } of chunks) {
    if (response.destroyed) return;
    response.write(audio);
    if (durationMs / pace.speed >= 1) await wait(durationMs / pace.speed);
  }
  response.end();
};
