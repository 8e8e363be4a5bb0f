import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { expectRequest, postJson } from "./post-json.ts";

/** Of text and of bytes, as the questions to a model are. */
const pieces = ['{"é":', Buffer.from('"ü 😀"'), "}"];
const whole = '{"é":"ü 😀"}';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const open = async () => {
  const seen = { connections: 0, ports: [] as (number | undefined)[] };
  const server = createServer((request, response) => {
    seen.ports.push(request.socket.remotePort);
    response.write("one");
    if (request.url !== "/hang") response.end();
  });
  server.on("connection", () => {
    seen.connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const post = (path: string, signal = new AbortController().signal, again = { isRepeatable: true }) =>
    postJson(new URL(origin + path), {}, pieces, signal, again);
  return { server, seen, post, origin };
};

describe("a request that is to come", () => {
  it("finds its connection open, opened once however often it is expected", async () => {
    const { seen, post, origin } = await open();
    for (const path of ["", "/v1", "/v2"]) expectRequest(new URL(origin + path));
    await expect.poll(() => seen.connections).toBe(1);
    expect(await text(await post("/"))).toBe("one");
    expectRequest(new URL(origin));
    expect(await text(await post("/"))).toBe("one");
    expect([seen.connections, new Set(seen.ports).size]).toEqual([1, 1]);
  });

  it("opens its own where what stood ready was closed, or never came to be", async () => {
    const { server, seen, post, origin } = await open();
    const port = Number(new URL(origin).port);
    expectRequest(new URL(origin));
    await expect.poll(() => seen.connections).toBe(1);
    server.closeAllConnections();
    expect(await text(await post("/"))).toBe("one");
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    expectRequest(new URL(origin));
    await expect(post("/")).rejects.toThrow("ECONNREFUSED");
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    expect(await text(await post("/"))).toBe("one");
  });
});

describe("an answer that is aborted", () => {
  it("leaves a connection to the next, which shakes no hands", async () => {
    const { seen, post } = await open();
    const abort = new AbortController();
    const first = await post("/hang", abort.signal);
    first.on("error", () => {});
    abort.abort();
    await expect.poll(() => seen.connections).toBe(2);
    for (let turn = 0; turn < 2; turn += 1) expect(await text(await post("/"))).toBe("one");
    expect(seen.connections).toBe(2);
    expect(seen.ports[1]).not.toBe(seen.ports[0]);
    expect(seen.ports[2]).toBe(seen.ports[1]);
  });

  it("leaves none where one stands ready, and what the server closed meanwhile is not used", async () => {
    const { server, seen, post } = await open();
    const aborts = [new AbortController(), new AbortController()];
    const answers = await Promise.all(aborts.map(({ signal }) => post("/hang", signal)));
    for (const answer of answers) answer.on("error", () => {});
    for (const abort of aborts) abort.abort();
    await expect.poll(() => seen.connections).toBe(3);
    server.closeAllConnections();
    expect(await text(await post("/"))).toBe("one");
    expect(seen.connections).toBe(4);
  });
});

describe("a kept connection that breaks", () => {
  const never = new AbortController().signal;
  /** A server that reads a whole question, each but the first over a connection that it kept, and then may break that. */
  const breaking = async (breaks: (request: IncomingMessage, response: ServerResponse) => void) => {
    const { server, seen, post } = await open();
    expect(await text(await post("/"))).toBe("one");
    const questions: string[] = [];
    server.removeAllListeners("request");
    server.on("request", async (request, response) => {
      questions.push(await text(request));
      if (questions.length === 1) breaks(request, response);
      else response.end("two");
    });
    return { seen, post, questions };
  };

  it("has a repeatable question sent again", async () => {
    const { seen, post, questions } = await breaking(({ socket }) => socket.destroy());
    expect(await text(await post("/"))).toBe("two");
    expect([questions, seen.connections]).toEqual([[whole, whole], 2]);
  });

  it("fails a question that must not be read twice", async () => {
    const { seen, post, questions } = await breaking(({ socket }) => socket.destroy());
    await expect(post("/", never, { isRepeatable: false })).rejects.toThrow("socket hang up");
    expect([questions, seen.connections]).toEqual([[whole], 1]);
  });

  it("has nothing sent again once the answer began", async () => {
    const { seen, post, questions } = await breaking(({ socket }, response) => {
      response.write("tw", () => socket.resetAndDestroy());
    });
    await expect(post("/").then(text)).rejects.toThrow();
    // Whoever asks next is the second: nobody did in between.
    expect(await text(await post("/"))).toBe("two");
    expect([questions, seen.connections]).toEqual([[whole, whole], 2]);
  });
});
