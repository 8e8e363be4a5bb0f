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
  z.object({ event: z.literal("media"), media: z.object({ payload: z.base64() }) }),
  z.object({ event: z.literal("mark"), mark: z.object({ name: z.string().max(200) }) }),
  z.object({ event: z.literal("dtmf"), dtmf: z.object({ digit: z.string().max(1) }) }),
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
  | { type: "media"; sound: Buffer }
  | { type: "mark"; name: string }
  | { type: "dtmf"; digit: string }
  | { type: "malformed" };

const mostSound = 16_000;
const before = '"payload":"';

const readMedia = (text: string): TwilioEvent | null => {
  if (!text.startsWith('{"event":"media"')) return null;
  const from = text.indexOf(before);
  const to = text.indexOf('"', from + before.length);
  if (from < 0 || to < 0) return null;
  const sound = Buffer.from(text.slice(from + before.length, to), "base64");
  return sound.length > 0 && sound.length <= mostSound ? { type: "media", sound } : { type: "malformed" };
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
    const sound = Buffer.from(data.media.payload, "base64");
    return sound.length <= mostSound ? { type: "media", sound } : { type: "malformed" };
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
