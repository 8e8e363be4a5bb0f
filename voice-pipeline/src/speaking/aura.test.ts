/** The second voice over real sockets, with a server on loopback that misbehaves. */
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { openAura } from "./aura.ts";

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

const open = async (...plan: Speak[]) => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await once(server, "listening");
  const asked: string[][] = [];
  server.on("connection", (socket) => {
    const speak = plan[Math.min(asked.length, plan.length - 1)];
    const texts: string[] = [];
    asked.push(texts);
    socket.on("error", () => {});
    socket.on("message", (data) => {
      const { type, text } = JSON.parse(String(data));
      if (type === "Clear") tell(socket, "Cleared");
      if (type !== "Speak") return;
      texts.push(text);
      speak?.(socket, text);
    });
  });
  const heard = {
    sound: "",
    chars: "",
    complete: [] as number[],
    faults: 0,
    unspoken: null as string[] | null,
  };
  const address = server.address();
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
    100,
  );
  closers.push(voice.close, () => {
    for (const socket of server.clients) socket.terminate();
    server.close();
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

  it("tells what it could not say when no connection speaks", async () => {
    const { voice, heard, asked } = await open(() => {});
    voice.say(1, "One.");
    await expect.poll(() => heard.unspoken).toEqual(["One."]);
    expect(asked).toHaveLength(2);
  });
});
