/** The `/v1/listen` socket: which message does what, and when it is closed. */
import { InactivityTimer } from "../sockets/inactivity-timer.ts";
import type { ProviderSocket, SocketHandlers } from "../sockets/provider-socket.ts";
import type { ListenOptions } from "./listen-options.ts";
import { ListenSession } from "./listen-session.ts";
import { Outbox } from "./outbox.ts";

const patienceSeconds = 10;

export const typeOf = (message: unknown): unknown =>
  typeof message === "object" && message !== null && "type" in message ? message.type : undefined;

export const parseMessage = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export const serveListen = (
  socket: ProviderSocket,
  options: ListenOptions,
  requestId: string,
  delayMs: () => number,
): SocketHandlers => {
  const outbox = new Outbox(socket, delayMs);
  const session = new ListenSession(options, requestId, (message) => outbox.send(message));
  let isOver = false;
  const end = (code: number, reason: string): void => {
    isOver = true;
    patience.stop();
    outbox.close(code, reason);
  };
  const patience = new InactivityTimer(patienceSeconds, () => end(1011, "NET-0001"));
  const finish = (): void => {
    session.finish();
    end(1000, "");
  };

  return {
    binary(sound) {
      if (isOver) return;
      patience.touch();
      if (sound.length === 0) finish();
      else if (options.isDecodable) session.hear(sound);
      else end(1008, "DATA-0000");
    },
    text(text) {
      if (isOver) return;
      const type = typeOf(parseMessage(text));
      if (type === "KeepAlive") patience.touch();
      else if (type === "Finalize") session.finalize();
      else if (type === "CloseStream") finish();
      else
        outbox.send({
          type: "Error",
          description: "The message is not one of KeepAlive, Finalize or CloseStream.",
          message: "Could not deserialize last text message.",
          variant: "UnparsableClientMessage",
        });
    },
    closed() {
      isOver = true;
      patience.stop();
      outbox.stop();
    },
  };
};
