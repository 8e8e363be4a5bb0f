/** The `/v2/listen` socket. It knows no KeepAlive, and a message that it does not know is its end. */
import { InactivityTimer } from "../sockets/inactivity-timer.ts";
import type { ProviderSocket, SocketHandlers } from "../sockets/provider-socket.ts";
import { configured, type FluxOptions } from "./flux-options.ts";
import { FluxSession } from "./flux-session.ts";
import { parseMessage, typeOf } from "./listen-socket.ts";
import { Outbox } from "./outbox.ts";

const patienceSeconds = 10;

export const serveFlux = (
  socket: ProviderSocket,
  options: FluxOptions,
  requestId: string,
  delayMs: () => number,
): SocketHandlers => {
  const outbox = new Outbox(socket, delayMs);
  let sequence = 0;
  let isOver = false;
  const send = (message: object): void => {
    outbox.send({ ...message, request_id: requestId, sequence_id: sequence });
    sequence += 1;
  };
  const session = new FluxSession(options.thresholds, send);
  const end = (code: number, reason: string): void => {
    isOver = true;
    patience.stop();
    outbox.close(code, reason);
  };
  const fail = (code: string, description: string): void => {
    send({ type: "Error", code, description });
    end(1008, code);
  };
  const patience = new InactivityTimer(patienceSeconds, () => end(1011, "NET-0001"));
  send({ type: "Connected" });

  const configure = (message: unknown): void => {
    const thresholds = configured(session.thresholds, message);
    if (thresholds === undefined) {
      send({ type: "ConfigureFailure" });
      return;
    }
    session.thresholds = thresholds;
    send({ type: "ConfigureSuccess", thresholds, keyterms: [], language_hints: [] });
  };

  return {
    binary(sound) {
      if (isOver) return;
      patience.touch();
      if (options.isDecodable) session.hear(sound);
      else fail("DATA-0000", "The audio could not be decoded: name its encoding and sample_rate.");
    },
    text(text) {
      if (isOver) return;
      const message = parseMessage(text);
      const type = typeOf(message);
      if (type === "Configure") configure(message);
      else if (type === "CloseStream") {
        session.finish();
        end(1000, "");
      } else fail("UNPARSABLE_CLIENT_MESSAGE", "The message is not one of Configure or CloseStream.");
    },
    closed() {
      isOver = true;
      patience.stop();
      outbox.stop();
    },
  };
};
