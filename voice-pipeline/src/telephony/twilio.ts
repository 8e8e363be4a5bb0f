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
  /** `sound` is there until the next message is read; `chunk` counts the frames from 1, and is null where it is not told. */
  | { type: "media"; sound: Buffer; chunk: number | null }
  | { type: "mark"; name: string }
  | { type: "dtmf"; digit: string }
  | { type: "malformed" };

const mostSound = 16_000;
/** All sound is decoded into one place: fifty new buffers a second and call would be most of the garbage. */
const decoded = Buffer.allocUnsafeSlow(mostSound);
const oneFrame = decoded.subarray(0, 160);
const mostPayload = Math.ceil(mostSound / 3) * 4;
const mediaStart = '{"event":"media"';
const beforeSound = '"payload":"';
const beforeChunk = '"chunk":"';

const zero = 48;
const mostDigits = 9;

/** The frame's number; null when it is not told, NaN when it is no number. */
const chunkOf = (text: string): number | null => {
  const before = text.indexOf(beforeChunk);
  if (before < 0) return null;
  const from = before + beforeChunk.length;
  let at = from;
  let chunk = 0;
  for (; at - from < mostDigits; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (!(digit >= 0 && digit <= 9)) break;
    chunk = chunk * 10 + digit;
  }
  return at > from && text[at] === '"' ? chunk : Number.NaN;
};

const mediaOf = (payload: string, chunk: number | null): TwilioEvent => {
  const size = payload.length > mostPayload ? 0 : decoded.write(payload, "base64");
  if (size === 0) return { type: "malformed" };
  const sound = size === oneFrame.length ? oneFrame : decoded.subarray(0, size);
  return { type: "media", sound, chunk };
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
  const chunk = chunkOf(text);
  if (Number.isNaN(chunk)) return null;
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
  if (data.event === "media") {
    const { payload, chunk } = data.media;
    return mediaOf(payload, chunk === undefined ? null : Number(chunk));
  }
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
