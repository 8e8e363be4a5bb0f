import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Faults } from "../faults.ts";
import { speak } from "../speech/speak.ts";
import { type OpenSocket, openSocket } from "../testing/open-socket.ts";
import { type ServedProvider, serveProvider } from "../testing/serve-provider.ts";
import { createDeepgram } from "./index.ts";

const faults = new Faults();
let served: ServedProvider;
beforeAll(async () => {
  served = await serveProvider(
    createDeepgram({ deepgram: { apiKey: "dg-key" }, isRealLatency: false }, faults),
  );
});
afterAll(() => served.close());
beforeEach(() => faults.clear("deepgram"));
afterEach(() => {
  vi.useRealTimers();
});

const sound = "encoding=mulaw&sample_rate=8000";
const open = (path: string, authorization = "Token dg-key") =>
  openSocket(`${served.url.replace("http", "ws")}${path}`, { headers: { authorization } });
const listen = (query = "") => open(`/v1/listen?model=nova-3&${sound}${query}`);
const flux = (query = "") => open(`/v2/listen?model=flux-general-en&${sound}${query}`);

const silence = (ms: number) => Buffer.alloc(ms * 8, 0xff);
const frames = (mulaw: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(mulaw.length / 160) }, (_, index) =>
    mulaw.subarray(index * 160, index * 160 + 160),
  );
const play = (socket: OpenSocket, ...parts: (string | number)[]) => {
  const mulaw = Buffer.concat(
    parts.map((part) => (typeof part === "number" ? silence(part) : speak(part).audio)),
  );
  for (const frame of frames(mulaw)) socket.send(frame);
};

interface Result {
  type: string;
  is_final: boolean;
  speech_final: boolean;
  from_finalize: boolean;
  channel: {
    alternatives: {
      transcript: string;
      words: { word: string; start: number; end: number; confidence: number; punctuated_word?: string }[];
    }[];
  };
}
const results = (socket: OpenSocket): Result[] =>
  socket.messages
    .filter((message) => message.type === "Results")
    .map((message) => JSON.parse(JSON.stringify(message)));
const transcript = (result: Result | undefined) => result?.channel.alternatives[0]?.transcript;
const finals = (socket: OpenSocket) =>
  results(socket).filter((result) => result.is_final && transcript(result) !== "");
const isMetadata = (message: Record<string, unknown>) => message.type === "Metadata";
const finish = async (socket: OpenSocket) => {
  socket.send({ type: "CloseStream" });
  await socket.waitFor(isMetadata);
  return socket.closed;
};

describe("nova-3", () => {
  it("hears what was spoken, in plain words with their times in the sound", async () => {
    const socket = await listen("&endpointing=300");
    play(socket, 500, "Hello, my name is Ada.", 600);
    expect((await finish(socket)).code).toBe(1000);
    const [final] = finals(socket);
    expect(final?.speech_final).toBe(true);
    expect(transcript(final)).toBe("hello my name is ada");
    const [first] = final?.channel.alternatives[0]?.words ?? [];
    expect(first?.word).toBe("hello");
    expect(first?.start).toBeCloseTo(0.5, 1);
    expect(first?.confidence).toBeGreaterThan(0.9);
  });

  it("writes as it was spoken when punctuation is asked for", async () => {
    const socket = await listen("&smart_format=true&endpointing=300");
    play(socket, "Hello, Ada.", 600);
    await finish(socket);
    expect(transcript(finals(socket)[0])).toBe("Hello, Ada.");
    expect(finals(socket)[0]?.channel.alternatives[0]?.words[0]).toMatchObject({
      word: "hello",
      punctuated_word: "Hello,",
    });
  });

  it("shows a lost frame as a garbled word with little confidence", async () => {
    const socket = await listen("&endpointing=300");
    const all = frames(Buffer.concat([speak("steady words").audio, silence(600)]));
    all.splice(4, 1);
    for (const frame of all) socket.send(frame);
    await finish(socket);
    const words = finals(socket)[0]?.channel.alternatives[0]?.words ?? [];
    expect(words[0]?.word).toContain("\uFFFD");
    expect(words[0]?.confidence).toBeLessThan(0.5);
    expect(words[1]?.word).toBe("words");
  });

  it("tells of speech, then guesses, then the end of the utterance, each in its turn", async () => {
    const socket = await listen(
      "&interim_results=true&vad_events=true&endpointing=300&utterance_end_ms=1000",
    );
    play(socket, 200, "one two three four five six", 1500);
    await finish(socket);
    const kinds = socket.messages.map((message) =>
      message.type === "Results"
        ? message.speech_final
          ? "final"
          : message.is_final
            ? "part"
            : "interim"
        : message.type,
    );
    expect(kinds.filter((kind, index) => kind !== kinds[index - 1])).toEqual([
      "SpeechStarted",
      "interim",
      "final",
      "UtteranceEnd",
      "part",
      "Metadata",
    ]);
    expect(socket.messages.find((message) => message.type === "SpeechStarted")?.timestamp).toBeCloseTo(
      0.2,
      1,
    );
  });

  it("takes a short pause as part of the same utterance", async () => {
    const socket = await listen("&vad_events=true&endpointing=400");
    play(socket, "wait a moment", 250, "please", 600);
    await finish(socket);
    expect(socket.messages.filter((message) => message.type === "SpeechStarted")).toHaveLength(1);
    expect(finals(socket).map(transcript)).toEqual(["wait a moment please"]);
  });

  it("gives long speech out in several finals that make up the utterance", async () => {
    const socket = await listen("&endpointing=300");
    const spoken =
      "the quick brown fox jumps over the lazy dog and then it runs away into the deep dark forest";
    play(socket, spoken, 600);
    await finish(socket);
    expect(finals(socket).length).toBeGreaterThan(1);
    expect(finals(socket).map((result) => result.speech_final)).toEqual([
      ...finals(socket)
        .slice(1)
        .map(() => false),
      true,
    ]);
    expect(finals(socket).map(transcript).join(" ")).toBe(spoken);
  });

  it("ends an utterance whose last words have left already with an empty final, and waits for no UtteranceEnd", async () => {
    const socket = await listen("&interim_results=true&endpointing=300&utterance_end_ms=1000");
    const spoken = speak("that is all").audio;
    // A final is given out each four seconds: here 150 ms after the last word, before the endpoint.
    const before = 3_850 - spoken.length / 8;
    play(socket, before, "that is all", 600);
    const end = await socket.waitFor((message) => message.speech_final === true);
    expect(end).toMatchObject({ is_final: true, channel: { alternatives: [{ transcript: "" }] } });
    expect(finals(socket).map((result) => [transcript(result), result.speech_final])).toEqual([
      ["that is all", false],
    ]);
    await finish(socket);
    expect(socket.messages.some((message) => message.type === "UtteranceEnd")).toBe(false);
  });

  it("gives out what it holds when asked to finalize", async () => {
    const socket = await listen("&endpointing=false");
    play(socket, "hold on", 100);
    socket.send({ type: "Finalize" });
    const final = await socket.waitFor((message) => message.from_finalize === true);
    expect(transcript(JSON.parse(JSON.stringify(final)))).toBe("hold on");
    socket.close();
  });

  it("hears noise as nothing", async () => {
    const socket = await listen("&endpointing=300&interim_results=true&vad_events=true");
    let state = 1;
    const noise = Uint8Array.from({ length: 8000 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    });
    socket.send(Buffer.from(noise));
    play(socket, 500);
    await finish(socket);
    expect(socket.messages.some((message) => message.type === "SpeechStarted")).toBe(false);
    expect(finals(socket)).toEqual([]);
  });

  it("closes with NET-0001 after ten seconds of nothing, which KeepAlive puts off", async () => {
    const socket = await listen();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const quiet = await listen();
    vi.advanceTimersByTime(9_900);
    quiet.send({ type: "KeepAlive" });
    quiet.send({ type: "Finalize" });
    await quiet.waitFor((message) => message.from_finalize === true);
    vi.advanceTimersByTime(9_900);
    expect(quiet.messages).toHaveLength(1);
    vi.advanceTimersByTime(200);
    expect(await quiet.closed).toEqual({ code: 1011, reason: "NET-0001" });
    socket.close();
  });

  it("cannot decode sound that was not named", async () => {
    const socket = await open("/v1/listen?model=nova-3");
    play(socket, 20);
    expect(await socket.closed).toEqual({ code: 1008, reason: "DATA-0000" });
  });

  it.each([
    ["a wrong key", `/v1/listen?model=nova-3&${sound}`, "Token nope", 401, "INVALID_AUTH"],
    [
      "keywords on nova-3",
      `/v1/listen?model=nova-3&keywords=a&${sound}`,
      "Token dg-key",
      400,
      "INVALID_QUERY_PARAMETER",
    ],
    [
      "an utterance end without interims",
      "/v1/listen?model=nova-3&utterance_end_ms=1000",
      "Token dg-key",
      400,
      "INVALID_QUERY_PARAMETER",
    ],
    [
      "a short utterance end",
      "/v1/listen?model=nova-3&interim_results=true&utterance_end_ms=500",
      "Token dg-key",
      400,
      "INVALID_QUERY_PARAMETER",
    ],
    ["no model", `/v1/listen?${sound}`, "Token dg-key", 400, "INVALID_QUERY_PARAMETER"],
    [
      "sound without a rate",
      "/v1/listen?model=nova-3&encoding=mulaw",
      "Token dg-key",
      400,
      "INVALID_QUERY_PARAMETER",
    ],
    [
      "Flux with its thresholds crossed",
      `/v2/listen?model=flux-general-en&eot_threshold=0.6&eager_eot_threshold=0.8&${sound}`,
      "Token dg-key",
      400,
      "INVALID_QUERY_PARAMETER",
    ],
  ])("refuses %s before the upgrade", async (_, path, authorization, status, code) => {
    await expect(open(path, authorization)).rejects.toMatchObject({
      status,
      body: { err_code: code, err_msg: expect.any(String), request_id: expect.any(String) },
    });
  });

  it("names each request", async () => {
    const socket = await listen();
    expect(socket.headers["dg-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    socket.close();
  });
});

describe("Flux", () => {
  const events = (socket: OpenSocket) =>
    socket.messages
      .filter((message) => message.type === "TurnInfo" && message.event !== "Update")
      .map((message) => message.event);
  const isEnd = (message: Record<string, unknown>) => message.event === "EndOfTurn";

  it("tells a turn from its start to its end, early first", async () => {
    const socket = await flux("&eager_eot_threshold=0.4");
    expect(await socket.waitFor(() => true)).toMatchObject({ type: "Connected", sequence_id: 0 });
    play(socket, 300, "How are you today?", 600);
    const end = await socket.waitFor(isEnd);
    expect(events(socket)).toEqual(["StartOfTurn", "EagerEndOfTurn", "EndOfTurn"]);
    expect(end).toMatchObject({ transcript: "How are you today?", turn_index: 0, trigger: "model" });
    const eager = socket.messages.find((message) => message.event === "EagerEndOfTurn");
    expect(eager?.transcript).toBe(end.transcript);
    const early = Number(end.audio_window_end) - Number(eager?.audio_window_end);
    expect(early).toBeGreaterThan(0.1);
    socket.close();
  });

  it("takes an early end back when the caller goes on", async () => {
    const socket = await flux("&eager_eot_threshold=0.4");
    play(socket, "I like trains.", 220, "And boats.", 600);
    const end = await socket.waitFor(isEnd);
    expect(events(socket)).toEqual([
      "StartOfTurn",
      "EagerEndOfTurn",
      "TurnResumed",
      "EagerEndOfTurn",
      "EndOfTurn",
    ]);
    expect(end.transcript).toBe("I like trains. And boats.");
    socket.close();
  });

  it("waits longer for an unfinished sentence, at most as long as its time limit", async () => {
    const socket = await flux("&eot_threshold=1.0&eot_timeout_ms=800");
    play(socket, "well I think and", 1000);
    expect(await socket.waitFor(isEnd)).toMatchObject({ trigger: "timeout" });
    socket.close();
  });

  it("changes its thresholds on the way, and refuses impossible ones", async () => {
    const socket = await flux();
    socket.send({ type: "Configure", thresholds: { eager_eot_threshold: 0.5 } });
    expect(await socket.waitFor((message) => message.type === "ConfigureSuccess")).toMatchObject({
      thresholds: { eager_eot_threshold: 0.5, eot_threshold: 0.7 },
    });
    socket.send({ type: "Configure", thresholds: { eager_eot_threshold: 5 } });
    await socket.waitFor((message) => message.type === "ConfigureFailure");
    play(socket, "Yes.", 600);
    await socket.waitFor((message) => message.event === "EagerEndOfTurn");
    socket.send({ type: "CloseStream" });
    expect((await socket.closed).code).toBe(1000);
  });

  it("knows no KeepAlive: it is the end", async () => {
    const socket = await flux();
    socket.send({ type: "KeepAlive" });
    expect(await socket.waitFor((message) => message.type === "Error")).toMatchObject({
      code: "UNPARSABLE_CLIENT_MESSAGE",
    });
    expect((await socket.closed).code).toBe(1008);
  });
});
