/** Wires one call: the pure conversation to its adapters. It decides nothing about the conversation itself. */
import type { EndReason, Fault, VoiceSession } from "@callmeback/shared/contract/voice";
import { ActionsInOrder } from "./actions-in-order.ts";
import type { VoiceConfig } from "./config.ts";
import type { Action, Provider, UntimedEvent } from "./conversation/events.ts";
import type { EarAndVoice, EarAndVoiceEvents } from "./ear-and-voice.ts";
import { BeepDetector } from "./hearing/beep-detector.ts";
import { SoundDetector } from "./hearing/sound-detector.ts";
import { CallNotes } from "./journal/call-notes.ts";
import type { Journal } from "./journal/journal.ts";
import { log } from "./log.ts";
import type { FunctionAnswer } from "./mesh.ts";
import type { Metrics } from "./metrics.ts";
import type { PartWorld } from "./recording/part-file.ts";
import { Recorder } from "./recording/recorder.ts";
import { RecordedConversation } from "./replay/recorded-conversation.ts";
import { Speaker } from "./telephony/speaker.ts";
import { twilioWriter } from "./telephony/twilio.ts";
import { FunctionsInUse } from "./thinking/functions-in-use.ts";
import { Thoughts } from "./thinking/thoughts.ts";
import { WordsSoFar } from "./words-so-far.ts";

/** Of a caller who hung up: what was said last is told by then, once the silence behind it was heard. */
const lastWordsMs = 1_000;
const silence = Buffer.alloc(1_500 * 8, 0xff);
/** What nobody is left to hear. */
const forTheCaller = new Set<Action["type"]>(["say", "finish", "resume", "think", "call-function"]);

/** As finely as time is told where it only brings what is waited for by the second. */
const calmTickMs = 100;

export interface CallSetup {
  config: VoiceConfig;
  session: VoiceSession;
  streamSid: string;
  journal: Pick<Journal, "append" | "soFar">;
  /** Where the parts of its recording go. */
  parts: PartWorld;
  /** Takes a line of its record, and when it was. */
  record(line: string, at: number): void;
  metrics: Metrics;
  /** Connects the call to those who hear and speak for it, or hands over what was made ready while it rang. */
  connect(on: EarAndVoiceEvents): EarAndVoice;
  send(text: string): void;
  /** Shows words so far to whoever watches the call; answers whether somebody does. */
  showWords(words: { speaker: "caller" | "persona"; text: string }): Promise<boolean>;
  /** Has the persona's maker do what the persona wants done. */
  askMaker(wish: { name: string; arguments: string }): Promise<FunctionAnswer>;
  /** The conversation is over; the line may still be up. */
  ended(reason: EndReason): void;
}

export interface RunningCall {
  hear(sound: Buffer): void;
  marked(name: string): void;
  pressed(digit: string): void;
  tick(): void;
  /** Resolves when the call is over: what they said last is still being understood. */
  callerGone(): Promise<void>;
  /** Resolves when what was recorded of it is delivered, or left to the next process. */
  saved(): Promise<void>;
  /** Ends the call from outside the conversation: the line is lost, or something broke. */
  end(reason: EndReason, fault: Fault): void;
  /** It was never this stream's call: lets go of everything, writes nothing down and ends nothing else. */
  abandon(): void;
}

export const runCall = (setup: CallSetup): RunningCall => {
  const { config, session, journal, metrics } = setup;
  const conversation = new RecordedConversation(session, setup.record);
  const detector = new SoundDetector();
  const beeps = new BeepDetector();
  const thoughts = new Thoughts(config.llm, session);
  const functions = new FunctionsInUse(setup);
  const notes = new CallNotes(setup);
  const now = () => performance.timeOrigin + performance.now();
  const recorder = new Recorder(session, setup.parts);
  const soFar = new WordsSoFar(journal, { show: setup.showWords, now });
  let tickedAt = 0;
  let isOver = false;
  /** Why it ends, when that is not the conversation's to say. */
  let cause: { reason: EndReason; fault: Fault } | null = null;
  /** Speech was heard whose turn has not ended. */
  let isUnheard = false;
  /** The caller has hung up: what they had heard by then. */
  let gone: { heard: string; isOver: PromiseWithResolvers<void>; waiting: NodeJS.Timeout } | null = null;

  const tell = (event: UntimedEvent, at = now()): void => {
    actions.catchUp();
    if (!isOver) actions.do(conversation.handle({ ...event, at }));
  };
  const heardNow = (at: number): string => gone?.heard ?? speaker.heardNow(at);
  const endGone = (): void => tell({ type: "caller-gone", heard: heardNow(now()) });
  const fault = (provider: Provider, message: string): void => {
    tell({ type: "provider-failed", provider });
    notes.fault(provider, message);
  };

  /** As the conversation takes it: our own echo is nobody's turn, and one that is waited for goes on. */
  const callerSoFar = (at: number): void => {
    const text = conversation.callerSoFar;
    if (text !== null) soFar.tell("caller", text, at);
  };

  const speaker = new Speaker(twilioWriter(setup.streamSid), setup.send, {
    soundSent(utterance, sound, playsAt) {
      recorder.play(sound, playsAt);
      tell({ type: "frame-sent", utterance });
    },
    cleared: (from) => recorder.clear(from),
    played: (utterance) => tell({ type: "played", utterance }),
    underrun: (times) => metrics.underruns.add(times),
  });
  const voiceFailed = (): void => tell({ type: "voice-failed", heard: speaker.heardNow(now()) });
  const { hearing, voice } = setup.connect({
    heard(event) {
      const at = now();
      if (event.type === "words") {
        tell({ type: "words", text: event.text }, at);
        callerSoFar(at);
      } else if (event.type === "turn-ended") {
        const { text, endpointingMs, startedAgoMs } = event;
        // One that came to nothing may be followed by the last words of who has hung up.
        const isSomething = text !== "";
        if (isSomething) isUnheard = false;
        tell({ type: "turn-ended", text, endpointingMs, startedAt: at - startedAgoMs }, at);
        actions.afterwards(() => callerSoFar(at));
        if (gone && isSomething) endGone();
      } else if (event.type === "eager-turn") tell({ type: "eager-turn", text: event.text }, at);
      else if (event.type === "turn-resumed") tell({ type: "turn-resumed" }, at);
      else tell({ type: `hearing-${event.type}` });
    },
    audio(utterance, sound, times) {
      tell({ type: "audio-began", utterance });
      speaker.add(utterance, sound, times);
      speaker.tick(now());
    },
    complete(utterance) {
      // Neither a greeting nor a question that made no sound may count as heard, and the call must not wait for its end.
      if (!speaker.complete(utterance)) voiceFailed();
    },
    voiceFailed,
    fault,
  });

  const startThinking = (action: Action & { type: "think" }): void => {
    const { request } = action;
    thoughts.begin(action, {
      token: (text) => tell({ type: "token", request, text }),
      done: (calls) => tell({ type: "thought", request, calls }),
      fault: (message) => fault("llm", message),
      failed: () => tell({ type: "thinking-failed", request }),
    });
  };

  const useFunction = async ({ request, call }: Action & { type: "call-function" }): Promise<void> => {
    const result = await functions.use(call);
    if (result !== null) tell({ type: "function-done", request, callId: call.id, result });
  };

  const letGo = (): void => {
    isOver = true;
    clearTimeout(gone?.waiting);
    gone?.isOver.resolve();
    thoughts.end();
    hearing.close();
    voice.close();
  };

  const end = (reason: EndReason, whose: Fault): void => {
    isOver = true;
    const measured = {
      lost_seconds: Math.round(conversation.lostMs(now()) / 1000),
      usage: {
        llm_input_tokens: thoughts.used.input,
        llm_output_tokens: thoughts.used.output,
        speech_to_text_seconds: hearing.heardSeconds,
        speech_characters: voice.characters,
      },
    };
    metrics.ended.add(1, reason);
    metrics.endedByFault.add(1, whose);
    log("ended", { call_id: session.call_id, reason, fault: whose });
    try {
      recorder.finish(now());
      letGo();
      functions.end();
      notes.ended(reason, whose, measured);
    } finally {
      // Whatever breaks in the end, nobody is left on the line.
      setup.ended(reason);
    }
  };

  const act = (action: Action): void => {
    switch (action.type) {
      case "say":
        voice.say(action.utterance, action.text);
        break;
      case "finish":
        voice.finish(action.utterance);
        break;
      case "hold":
        tell({ type: "held", utterance: action.utterance, heard: gone?.heard ?? speaker.hold(now()) });
        break;
      case "resume":
        speaker.resume();
        break;
      case "drop":
        voice.drop(action.utterance);
        speaker.drop();
        break;
      case "think":
        startThinking(action);
        break;
      case "abort":
        thoughts.abort(action.request);
        break;
      case "call-function":
        void useFunction(action);
        break;
      case "record":
        notes.turn(action.turn);
        break;
      case "opt-out":
        notes.optedOut(action);
        break;
      case "start-recording":
        recorder.start(now());
        notes.recording("given", action.evidence);
        break;
      case "stop-recording":
        recorder.discard();
        notes.recording("withdrawn", action.evidence);
        break;
      case "end":
        end(cause?.reason ?? action.reason, cause?.fault ?? action.fault);
        break;
    }
  };

  const actions = new ActionsInOrder((action) => {
    if (gone === null || !forTheCaller.has(action.type)) act(action);
  });
  journal.append({ type: "opened", stream_sid: setup.streamSid }, new Date());
  tell({ type: "started" });
  return {
    hear(sound) {
      if (gone) return;
      const at = now();
      const verdict = detector.push(sound, conversation.isSpeaking);
      isUnheard ||= detector.isSound;
      hearing.hear(sound, detector.isSound);
      recorder.hear(sound, at);
      if (verdict) tell({ type: verdict }, at);
      if (conversation.listensForBeep(at) && beeps.push(sound)) tell({ type: "beep" }, at);
    },
    pressed: (digit) => tell({ type: "digit", digit }),
    marked: (name) => speaker.marked(name, now()),
    tick() {
      if (gone) return;
      const at = now();
      speaker.tick(at);
      const heard = conversation.isSpeaking ? soFar.persona(() => speaker.heardNow(at), at) : null;
      if (heard !== null) tell({ type: "heard", text: heard }, at);
      if (!conversation.isCounting && at - tickedAt < calmTickMs) return;
      tickedAt = at;
      tell({ type: "tick" }, at);
    },
    saved: () => recorder.saved(),
    callerGone() {
      if (isOver) return Promise.resolve();
      if (gone) return gone.isOver.promise;
      const waiting = setTimeout(endGone, lastWordsMs);
      gone = { heard: heardNow(now()), isOver: Promise.withResolvers(), waiting };
      recorder.clear(now());
      const { promise } = gone.isOver;
      if (isUnheard) hearing.hear(silence, false);
      else endGone();
      return promise;
    },
    end(reason, fault) {
      if (isOver) return;
      cause = { reason, fault };
      try {
        endGone();
      } finally {
        if (!isOver) end(reason, fault);
      }
    },
    abandon() {
      actions.forget();
      recorder.discard();
      letGo();
    },
  };
};
