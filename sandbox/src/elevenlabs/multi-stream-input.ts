/** `multi-stream-input`: up to five contexts on one socket, each a voice of its own that can be closed by itself. */

import { InactivityTimer } from "../sockets/inactivity-timer.ts";
import type { SocketHandlers } from "../sockets/provider-socket.ts";
import { type ClientMessage, readClientMessage } from "./client-message.ts";
import { badMessage, ElevenLabsFailure, wrongKey } from "./errors.ts";
import type { VoiceSocketSetup } from "./stream-input.ts";
import { TextBuffer } from "./text-buffer.ts";
import { VoiceStream } from "./voice-stream.ts";

interface MultiStreamSetup extends VoiceSocketSetup {
  /** What comes of a context that is closed before its first sound, in place of its words. */
  closeRace: () => "final" | "nothing" | undefined;
}

const mostContexts = 5;

interface Context {
  buffer: TextBuffer;
  voice: VoiceStream;
  inactivity: InactivityTimer;
  hasText: boolean;
  hasSounded: boolean;
}

export const serveMultiStreamInput = ({
  socket,
  options,
  pace,
  closeRace,
  ...auth
}: MultiStreamSetup): SocketHandlers => {
  const contexts = new Map<string, Context>();
  /** Closed contexts whose last words are still being made. */
  const finishing = new Set<VoiceStream>();
  let isAuthorized = auth.isAuthorized;
  let isEnded = false;

  const stopAll = (): void => {
    inactivity.stop();
    for (const { voice, inactivity: timer } of contexts.values()) {
      timer.stop();
      voice.stop();
    }
    for (const voice of finishing) voice.stop();
    contexts.clear();
    finishing.clear();
  };
  const fail = (failure: ElevenLabsFailure): void => {
    isEnded = true;
    stopAll();
    socket.send(failure.frame);
    socket.close(1008, failure.message.slice(0, 120));
  };
  const inactivity = new InactivityTimer(options.inactivitySeconds, () =>
    fail(
      new ElevenLabsFailure(
        "input_timeout_exceeded",
        `Have not received a new text input within the timeout of ${options.inactivitySeconds} seconds.`,
      ),
    ),
  );

  const closeContext = (contextId: string): void => {
    const context = contexts.get(contextId);
    if (context === undefined) return;
    contexts.delete(contextId);
    context.inactivity.stop();
    const race = context.hasText && !context.hasSounded ? closeRace() : undefined;
    if (race !== undefined) {
      context.voice.stop();
      if (race === "final") socket.send({ isFinal: true, contextId });
      return;
    }
    context.voice.say(context.buffer.takeAll());
    finishing.add(context.voice);
    context.voice.finish(() => {
      finishing.delete(context.voice);
      socket.send({ isFinal: true, contextId });
      if (isEnded && finishing.size === 0) socket.close(1000);
    });
  };

  const openContext = (contextId: string, message: ClientMessage): Context => {
    if (contexts.size >= mostContexts)
      throw new ElevenLabsFailure(
        "max_concurrent_contexts_exceeded",
        `A connection can have at most ${mostContexts} contexts at once.`,
      );
    const context: Context = {
      buffer: new TextBuffer(message.schedule),
      voice: new VoiceStream(pace, ({ audio, alignment }) => {
        context.hasSounded = true;
        socket.send({
          audio: audio.toString("base64"),
          contextId,
          isFinal: false,
          normalizedAlignment: alignment,
          alignment,
        });
      }),
      inactivity: new InactivityTimer(options.inactivitySeconds, () => closeContext(contextId)),
      hasText: false,
      hasSounded: false,
    };
    contexts.set(contextId, context);
    return context;
  };

  const take = (frame: string): void => {
    const message = readClientMessage(frame);
    if (!isAuthorized) {
      if (message.apiKey === undefined || !auth.isKey(message.apiKey)) throw wrongKey();
      isAuthorized = true;
    }
    if (message.closeSocket) {
      isEnded = true;
      inactivity.stop();
      for (const contextId of [...contexts.keys()]) closeContext(contextId);
      if (finishing.size === 0) socket.close(1000);
      return;
    }
    const contextId = message.contextId ?? "default";
    const known = contexts.get(contextId);
    if (message.closeContext) {
      known?.buffer.append(message.text ?? "");
      closeContext(contextId);
      return;
    }
    // An empty text keeps a context alive: one that is not there cannot be.
    if (known === undefined && (message.text ?? "") === "")
      throw badMessage(`There is no context ${contextId} to keep alive.`);
    if (known?.hasText && message.hasVoiceSettings)
      throw badMessage("voice_settings can only be sent in the first message of a context.");
    const context = known ?? openContext(contextId, message);
    context.inactivity.touch();
    context.hasText ||= /\S/.test(message.text ?? "");
    context.buffer.append(message.text ?? "");
    if (message.flush || (options.isAutoMode && message.text)) context.voice.say(context.buffer.takeAll());
    else if (message.tryTrigger) context.voice.say(context.buffer.takeWords());
    else context.voice.say(context.buffer.takeScheduled());
  };

  return {
    text(frame) {
      if (isEnded) return;
      inactivity.touch();
      try {
        take(frame);
      } catch (error) {
        if (!(error instanceof ElevenLabsFailure)) throw error;
        fail(error);
      }
    },
    binary() {
      fail(badMessage("Send text frames with JSON."));
    },
    closed: stopAll,
  };
};
