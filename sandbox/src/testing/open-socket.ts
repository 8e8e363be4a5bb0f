/** A client's WebSocket for tests: messages are waited for by what they are, never by the clock. */
import { type ClientOptions, WebSocket } from "ws";

type Message = Record<string, unknown>;

export interface OpenSocket {
  headers: Record<string, unknown>;
  /** Every message so far. */
  messages: Message[];
  send(message: object | Buffer): void;
  /** The first message that fits, now or when it comes; fails if the socket closes first. */
  waitFor(isWanted: (message: Message) => boolean): Promise<Message>;
  closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

/** Rejects with the HTTP status and body when the upgrade is refused. */
export const openSocket = (url: string, options: ClientOptions = {}): Promise<OpenSocket> =>
  new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { perMessageDeflate: false, ...options });
    const messages: Message[] = [];
    const waiting = new Set<() => void>();
    const wake = () => {
      for (const check of [...waiting]) check();
    };
    let headers: Record<string, unknown> = {};
    let isClosed = false;
    ws.on("upgrade", (response) => {
      headers = response.headers;
    });
    ws.on("unexpected-response", (_, response) => {
      let body = "";
      response.on("data", (part) => {
        body += String(part);
      });
      response.on("end", () =>
        reject(Object.assign(new Error("refused"), { status: response.statusCode, body: JSON.parse(body) })),
      );
    });
    ws.on("error", reject);
    ws.on("message", (data) => {
      messages.push(JSON.parse(String(data)));
      wake();
    });
    const closed = new Promise<{ code: number; reason: string }>((done) => {
      ws.on("close", (code, reason) => {
        isClosed = true;
        done({ code, reason: String(reason) });
        wake();
      });
    });
    ws.on("open", () =>
      resolve({
        headers,
        messages,
        send: (message) => ws.send(Buffer.isBuffer(message) ? message : JSON.stringify(message)),
        waitFor: (isWanted) =>
          new Promise((found, fail) => {
            const check = () => {
              const message = messages.find(isWanted);
              if (message === undefined && !isClosed) return;
              waiting.delete(check);
              if (message === undefined)
                fail(new Error(`closed before it came: ${JSON.stringify(messages).slice(0, 500)}`));
              else found(message);
            };
            waiting.add(check);
            check();
          }),
        closed,
        close: () => ws.close(),
      }),
    );
  });
