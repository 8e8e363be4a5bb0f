/**
 * The floor: the bridge that a tutorial builds. It passes frames between the same sockets with no logic between: no playout
 * clock, no speech detection, no history, no journal; a library for the sockets and JSON for every frame. What it adds and
 * costs is what moving these frames adds and costs; the voice is stopped when words of the caller come.
 */
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";

const fakes = process.argv[2] ?? "";
const sockets = fakes.replace(/^http/, "ws");
const frameBytes = 160;

const askModel = async (
  question: string,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const response = await fetch(`${fakes}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "bench", stream: true, messages: [{ role: "user", content: question }] }),
    signal,
  });
  let sentence = "";
  for await (const line of createInterface({ input: Readable.fromWeb(response.body as never) })) {
    if (!line.startsWith("data: {")) continue;
    sentence += JSON.parse(line.slice(6)).choices[0]?.delta.content ?? "";
    if (!/[.!?]\s*$/.test(sentence)) continue;
    say(sentence);
    sentence = "";
  }
};

const bridge = (caller: WebSocket): void => {
  const hearing = new WebSocket(`${sockets}/v1/listen?encoding=mulaw&sample_rate=8000`);
  const voice = new WebSocket(
    `${sockets}/v1/text-to-speech/bench/multi-stream-input?output_format=ulaw_8000`,
  );
  /** What the caller says until somebody listens. */
  let early: Buffer[] = [];
  let streamSid = "";
  let context = 0;
  let thinking = new AbortController();

  const order = (event: string, rest: object = {}) =>
    caller.send(JSON.stringify({ event, streamSid, ...rest }));
  const interrupt = (): void => {
    thinking.abort();
    thinking = new AbortController();
    if (context > 0) voice.send(JSON.stringify({ context_id: String(context), close_context: true }));
    context += 1;
    order("clear");
  };
  caller.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.event === "start") streamSid = message.streamSid;
    if (message.event !== "media") return;
    const sound = Buffer.from(message.media.payload, "base64");
    if (hearing.readyState === WebSocket.OPEN) hearing.send(sound);
    else early.push(sound);
  });
  hearing.on("open", () => {
    for (const sound of early) hearing.send(sound);
    early = [];
  });
  hearing.on("message", (data) => {
    const { channel, speech_final } = JSON.parse(String(data));
    if (!speech_final) {
      interrupt();
      return;
    }
    context += 1;
    const context_id = String(context);
    const say = (text: string) => voice.send(JSON.stringify({ text, context_id, flush: true }));
    askModel(channel.alternatives[0].transcript, say, thinking.signal).catch((error: Error) => {
      if (error.name !== "AbortError") process.stderr.write(`${error.message}\n`);
    });
  });
  voice.on("message", (data) => {
    const { audio, contextId } = JSON.parse(String(data));
    if (!audio || contextId !== String(context)) return;
    const sound = Buffer.from(audio, "base64");
    for (let from = 0; from < sound.length; from += frameBytes)
      order("media", { media: { payload: sound.toString("base64", from, from + frameBytes) } });
  });
  caller.on("close", () => {
    thinking.abort();
    hearing.close();
    voice.close();
  });
};

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", bridge);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`ready http://127.0.0.1:${typeof address === "object" ? address?.port : 0}\n`);
});
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
