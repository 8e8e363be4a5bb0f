/** Twilio's Media Streams frames and what they mean. Media, the most of the traffic, is found without parsing JSON. */
import * as z from "zod";

const parameters = z.object({ call_id: z.uuid(), stream_token: z.string().min(1).max(128) });
const message = z.discriminatedUnion("event", [
  z.object({ event: z.literal("connected") }),
  z.object({
    event: z.literal("start"),
    streamSid: z.string().min(1).max(64),
    start: z.object({ callSid: z.string().min(1).max(64), customParameters: z.unknown() }),
  }),
  z.object({
    event: z.literal("media"),
    media: z.object({
      payload: z.base64(),
      chunk: z
        .string()
        .regex(/^\d{1,9}$/)
        .optional(),
    }),
  }),
  z.object({ event: z.literal("mark"), mark: z.object({ name: z.string().max(200) }) }),
  z.object({ event: z.literal("dtmf"), dtmf: z.object({ digit: z.string().regex(/^[0-9*#A-D]$/) }) }),
  z.object({ event: z.literal("stop") }),
]);

export type TwilioEvent =
  | { type: "connected" | "stop" }
  | {
      type: "start";
      streamSid: string;
      callSid: string;
      identity: { call_id: string; stream_token: string } | null;
    }
  /** `chunk` counts the frames from 1; null where it is not told. */
  | { type: "media"; sound: Buffer; chunk: number | null }
  | { type: "mark"; name: string }
  | { type: "dtmf"; digit: string }
  | { type: "malformed" };

const mostSound = 16_000;
const mediaStart = '{"event":"media"';
const beforeSound = '"payload":"';
const beforeChunk = '"chunk":"';

/** The text between a key and the next quotation mark; null when it is not there. */
const between = (text: string, before: string): string | null => {
  const from = text.indexOf(before);
  const to = text.indexOf('"', from + before.length);
  return from < 0 || to < 0 ? null : text.slice(from + before.length, to);
};

const mediaOf = (payload: string, chunk: string | null): TwilioEvent => {
  const sound = Buffer.from(payload, "base64");
  const isWhole = sound.length > 0 && sound.length <= mostSound;
  return isWhole
    ? { type: "media", sound, chunk: chunk === null ? null : Number(chunk) }
    : { type: "malformed" };
};

/** After the payload's quotation mark: Twilio names the stream last; one that was cut off has no end. */
const isWholeAfter = (text: string, quote: number): boolean =>
  text.startsWith('"},', quote) ? text.endsWith('"}') : text.endsWith('"}}') && quote === text.length - 3;

const readMedia = (text: string): TwilioEvent | null => {
  // One of any other shape is read the long way.
  if (!text.startsWith(mediaStart)) return null;
  const from = text.indexOf(beforeSound) + beforeSound.length;
  const to = text.indexOf('"', from);
  if (from < beforeSound.length || to < 0 || !isWholeAfter(text, to)) return null;
  const chunk = between(text, beforeChunk);
  if (chunk !== null && !/^\d{1,9}$/.test(chunk)) return null;
  return mediaOf(text.slice(from, to), chunk);
};

/** A message's text. Media is ASCII, and of so much traffic the cheaper reading counts. */
export const textOf = (data: Buffer): string => {
  const text = data.toString("latin1");
  return text.startsWith(mediaStart) ? text : data.toString();
};

/** Never throws: what cannot be understood is `malformed`. */
export const readTwilio = (text: string): TwilioEvent => {
  const media = readMedia(text);
  if (media) return media;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { type: "malformed" };
  }
  const { success, data } = message.safeParse(json);
  if (!success) return { type: "malformed" };
  if (data.event === "start") {
    const identity = parameters.safeParse(data.start.customParameters);
    return {
      type: "start",
      streamSid: data.streamSid,
      callSid: data.start.callSid,
      identity: identity.success ? identity.data : null,
    };
  }
  if (data.event === "media") return mediaOf(data.media.payload, data.media.chunk ?? null);
  if (data.event === "mark") return { type: "mark", name: data.mark.name };
  if (data.event === "dtmf") return { type: "dtmf", digit: data.dtmf.digit };
  return { type: data.event };
};

/** Writes frames for one stream, each from a prefix made once. */
export const twilioWriter = (streamSid: string) => {
  const sid = JSON.stringify(streamSid);
  const prefix = `{"event":"media","streamSid":${sid},"media":{"payload":"`;
  return {
    media: (frame: Buffer): string => `${prefix}${frame.toString("base64")}"}}`,
    mark: (name: string): string => `{"event":"mark","streamSid":${sid},"mark":{"name":"${name}"}}`,
    clear: (): string => `{"event":"clear","streamSid":${sid}}`,
  };
};
