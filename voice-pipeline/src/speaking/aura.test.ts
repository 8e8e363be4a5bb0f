/** The second voice over real sockets, with a server on loopback that misbehaves. */
import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { type AuraPatience, openAura, usualAuraPatience } from "./aura.ts";
import { usualVoicePatience } from "./eleven-labs.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** What it does on each connection in turn with each text that is to be spoken; the last serves all that follow. */
type Speak = (socket: WebSocket, text: string) => void;

const tell = (socket: WebSocket, type: string) => socket.send(JSON.stringify({ type }));
const good: Speak = (socket, text) => {
  socket.send(Buffer.from(text));
  tell(socket, "Flushed");
};

interface Refuse {
  status: number;
  headers?: string;
}
const quick: AuraPatience = { connectMs: 1_000, silentMs: 100, stallMs: 100, giveUpMs: 2_000 };
const open = (...plan: (Speak | Refuse)[]) => openWith(quick, plan);
const openWith = async (patience: AuraPatience, plan: (Speak | Refuse)[]) => {
  const http = createServer();
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const asked: string[][] = [];
  http.on("upgrade", (request, raw, head) => {
    const step = plan[Math.min(asked.length, plan.length - 1)];
    if (typeof step === "function") {
      server.handleUpgrade(request, raw, head, (socket) => server.emit("connection", socket, step));
      return;
    }
    asked.push([]);
    // Who is refused may be gone before the refusal is read.
    raw.on("error", () => raw.destroy());
    raw.end(`HTTP/1.1 ${step?.status} No\r\nconnection: close\r\n${step?.headers ?? ""}\r\n`);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  server.on("connection", (socket: WebSocket, speak: Speak) => {
    const texts: string[] = [];
    asked.push(texts);
    socket.on("error", () => {});
    socket.on("message", (data) => {
      const { type, text } = JSON.parse(String(data));
      if (type === "Clear") tell(socket, "Cleared");
      if (type !== "Speak") return;
      texts.push(text);
      speak(socket, text);
    });
  });
  const heard = {
    sound: "",
    chars: "",
    complete: [] as number[],
    faults: 0,
    unspoken: null as string[] | null,
  };
  const address = http.address();
  const port = typeof address === "object" ? address?.port : 0;
  const voice = openAura(
    { url: `ws://127.0.0.1:${port}`, apiKey: "k", model: "aura-2-thalia-en" },
    {
      audio(_, sound, times) {
        heard.sound += String(sound);
        heard.chars += times?.chars.join("") ?? "";
      },
      complete: (id) => heard.complete.push(id),
      fault: () => {
        heard.faults += 1;
      },
      failed: (unspoken) => {
        heard.unspoken = unspoken;
      },
    },
    patience,
  );
  closers.push(voice.close, () => {
    for (const socket of server.clients) socket.terminate();
    http.close();
  });
  return { voice, heard, asked };
};

describe("the second voice", () => {
  it.each<[string, Speak]>([
    ["closes", (socket, text) => (text === "two." ? socket.close(1011) : good(socket, text))],
    ["stalls", (socket, text) => (text === "two." ? undefined : good(socket, text))],
    [
      "sends nothing but garbage",
      (socket, text) => {
        if (text !== "two.") good(socket, text);
        else for (let count = 0; count < 30; count += 1) socket.send("<html>");
      },
    ],
    [
      "sends what is too large",
      (socket, text) => (text === "two." ? socket.send(Buffer.alloc(9 << 20)) : good(socket, text)),
    ],
    [
      "sends a broken frame",
      (socket, text) =>
        text === "two." ? Reflect.get(socket, "_socket").write(Buffer.alloc(64, 0xff)) : good(socket, text),
    ],
    [
      "half-closes",
      (socket, text) => (text === "two." ? Reflect.get(socket, "_socket").end() : good(socket, text)),
    ],
  ])("says over another connection what it had not begun when the first %s", async (_, bad) => {
    const { voice, heard, asked } = await open(bad, good);
    voice.say(1, "One");
    voice.say(1, "two.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect([heard.sound, heard.chars]).toEqual(["Onetwo.", "One two. "]);
    expect(asked).toEqual([["One", "two."], ["two."]]);
  });

  it("hears past what makes no sense", async () => {
    const { voice, heard } = await open((socket, text) => {
      for (const junk of ["", "null", "[]", '{"type":"New"}', '{"type":7}']) socket.send(junk);
      good(socket, text);
    });
    voice.say(1, "One.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect([heard.sound, heard.faults]).toEqual(["One.", 1]);
  });

  it("says nothing of what was dropped, however late it comes", async () => {
    const late: string[] = [];
    const { voice, heard, asked } = await open((socket, text) => {
      if (text === "Late.") late.push(text);
      else good(socket, text);
      if (text === "Now." && late.length > 0) tell(socket, "Flushed");
    });
    voice.say(1, "Late.");
    await expect.poll(() => asked[0]).toEqual(["Late."]);
    voice.drop(1);
    voice.say(2, "Now.");
    voice.finish(2);
    await expect.poll(() => heard.complete).toEqual([2]);
    expect(heard.sound).toBe("Now.");
  });

  it("asks again for a text that ends without a sound, and fails when it does so again", async () => {
    const silent: Speak = (socket) => tell(socket, "Flushed");
    const { voice, heard, asked } = await open(silent, good, silent);
    voice.say(1, "One");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(heard.sound).toBe("One");
    const other = await open(silent);
    other.voice.say(1, "One");
    other.voice.finish(1);
    await expect.poll(() => other.heard.unspoken).toEqual(["One"]);
    expect([other.heard.complete, other.asked.length, asked.length]).toEqual([[], 2, 2]);
  });

  it("says all when the end of a text is told twice", async () => {
    const twice: Speak = (socket, text) => {
      good(socket, text);
      tell(socket, "Flushed");
    };
    const { voice, heard } = await open(twice);
    for (const text of ["One", "two", "three."]) voice.say(1, text);
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect([heard.sound, heard.chars]).toEqual(["Onetwothree.", "One two three. "]);
  });

  it.each([429, 500, 503])("asks once more when it is refused with %i", async (status) => {
    const { voice, heard, asked } = await open({ status }, good);
    voice.say(1, "One.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect([heard.sound, asked.length]).toEqual(["One.", 2]);
  });

  it.each<Refuse>([{ status: 401 }, { status: 402 }, { status: 429, headers: "retry-after: 60\r\n" }])(
    "does not ask again what would be refused again: %j",
    async (refusal) => {
      const { voice, heard, asked } = await open(refusal);
      voice.say(1, "One.");
      await expect.poll(() => heard.unspoken).toEqual(["One."]);
      expect(asked).toHaveLength(1);
    },
  );

  it("takes no more sound than a text can be, and says the rest over another connection", async () => {
    const { voice, heard } = await open((socket) => {
      for (let piece = 0; piece < 20; piece += 1) socket.send(Buffer.alloc(8_000, "x"));
    }, good);
    voice.say(1, "One.");
    voice.say(1, "two.");
    voice.finish(1);
    await expect.poll(() => heard.complete).toEqual([1]);
    expect(heard.sound).toMatch(/^x+two\.$/);
    expect(heard.sound.length).toBeLessThan(8 * 12_000);
  });

  it("is given up in time, also when nobody answers its connections", async () => {
    const { voice, heard } = await openWith({ ...quick, giveUpMs: 150, silentMs: 1_000 }, [() => {}]);
    voice.say(1, "One.");
    await expect.poll(() => heard.unspoken).toEqual(["One."]);
  });

  it("and the first leave nobody without a word for five seconds, silent though they both are", () => {
    expect(usualVoicePatience.giveUpMs + usualAuraPatience.giveUpMs).toBeLessThan(5_000);
  });

  it("tells what it could not say when no connection speaks", async () => {
    const { voice, heard, asked } = await open(() => {});
    voice.say(1, "One.");
    await expect.poll(() => heard.unspoken).toEqual(["One."]);
    expect(asked).toHaveLength(2);
  });
});
