/** `stream-input`: one text stream in, one voice out, ended by an empty text. */

import { InactivityTimer } from "../sockets/inactivity-timer.ts";
import type { ProviderSocket, SocketHandlers } from "../sockets/provider-socket.ts";
import { readClientMessage } from "./client-message.ts";
import { ElevenLabsFailure, wrongKey } from "./errors.ts";
import type { SynthesisOptions } from "./options.ts";
import { TextBuffer } from "./text-buffer.ts";
import { type GenerationPace, VoiceStream } from "./voice-stream.ts";

export interface VoiceSocketSetup {
  socket: ProviderSocket;
  options: SynthesisOptions;
  pace: () => GenerationPace;
  /** Whether the upgrade carried the key already. */
  isAuthorized: boolean;
  isKey: (key: string) => boolean;
}

export const serveStreamInput = ({ socket, options, pace, ...auth }: VoiceSocketSetup): SocketHandlers => {
  let buffer: TextBuffer | undefined;
  let isAuthorized = auth.isAuthorized;
  let isEnded = false;
  const voice = new VoiceStream(pace, ({ audio, alignment }) =>
    socket.send({
      audio: audio.toString("base64"),
      isFinal: null,
      normalizedAlignment: alignment,
      alignment,
    }),
  );
  const fail = (failure: ElevenLabsFailure): void => {
    voice.stop();
    socket.send(failure.frame);
    socket.close(1008, failure.message.slice(0, 120));
  };
  const inactivity = new InactivityTimer(options.inactivitySeconds, () =>
    fail(
      new ElevenLabsFailure(
        "input_timeout_exceeded",
        `Have not received a new text input within the timeout of ${options.inactivitySeconds} seconds. Streaming input terminated. Please make sure to send new text input when using the websocket.`,
      ),
    ),
  );

  const take = (frame: string): void => {
    const message = readClientMessage(frame);
    if (!isAuthorized) {
      if (message.apiKey === undefined || !auth.isKey(message.apiKey)) throw wrongKey();
      isAuthorized = true;
    }
    const held = buffer ?? new TextBuffer(message.schedule);
    buffer = held;
    if (message.text === "") {
      isEnded = true;
      inactivity.stop();
      voice.say(held.takeAll());
      voice.finish(() => {
        socket.send({ isFinal: true, audio: null });
        socket.close(1000);
      });
      return;
    }
    held.append(message.text ?? "");
    if (message.flush || options.isAutoMode) voice.say(held.takeAll());
    else if (message.tryTrigger) voice.say(held.takeWords());
    else voice.say(held.takeScheduled());
  };

  return {
    text(frame) {
      if (isEnded) return;
      inactivity.touch();
      try {
        take(frame);
      } catch (error) {
        if (!(error instanceof ElevenLabsFailure)) throw error;
        isEnded = true;
        inactivity.stop();
        fail(error);
      }
    },
    binary() {
      fail(new ElevenLabsFailure("invalid_message", "Send text frames with JSON."));
    },
    closed() {
      inactivity.stop();
      voice.stop();
    },
  };
};
