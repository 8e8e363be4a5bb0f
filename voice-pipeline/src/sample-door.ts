/**
 * `POST /sample` with a voice and a sentence answers with the sound of it, mu-law of 8 kHz in base64. Only the mesh, which shows the key of the nodes, is
 * read at all; and calls come first: few samples are spoken at once, and none while the process is busy or on its way out.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";
import { log } from "./log.ts";
import { isOneOf } from "./secret.ts";
import type { ElevenLabsConfig } from "./speaking/eleven-labs-wire.ts";
import { speakSample } from "./speaking/sample.ts";

export interface SampleParts {
  nodeKey: string;
  elevenLabs: ElevenLabsConfig;
  /** Why none may be spoken now; null when one may. */
  refusal(): string | null;
}

const mostBytes = 4_096;
const mostAtOnce = 4;
const wanted = z.strictObject({
  voice_id: z.string().regex(/^[A-Za-z0-9]{1,64}$/),
  text: z.string().min(1).max(300),
});

export const sampleDoor = ({ nodeKey, elevenLabs, refusal }: SampleParts) => {
  let speaking = 0;

  const speak = async ({ voice_id, text }: z.infer<typeof wanted>): Promise<Buffer | null> => {
    if (refusal() !== null || speaking >= mostAtOnce) return null;
    speaking += 1;
    try {
      return await speakSample(elevenLabs, voice_id, text);
    } catch (error) {
      log("sample_failed", { message: error instanceof Error ? error.message : String(error) });
      return null;
    } finally {
      speaking -= 1;
    }
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, body: object, more: Record<string, string> = {}): void => {
      response.writeHead(status, { "content-type": "application/json", ...more }).end(JSON.stringify(body));
    };
    const refuse = (status: number, message: string): void =>
      answer(status, { message }, { connection: "close" });
    const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!isOneOf([nodeKey], key)) return refuse(401, "This needs the key that node and mesh share.");
    if (request.method !== "POST") return refuse(405, "POST /sample.");
    // Without a length it is not read either.
    if (!(Number(request.headers["content-length"]) <= mostBytes)) return refuse(413, "Too much.");
    const { data } = wanted.safeParse(await json(request).catch(() => null));
    if (!data) return refuse(400, "A sample is { voice_id, text }, with 300 characters at most.");
    const sound = await speak(data);
    if (sound === null) refuse(503, "Not now.");
    else answer(200, { audio: sound.toString("base64") });
  };
};
