/** Whose turn it is: when the persona begins, stops, waits and answers. */
import { core, model, none, type Row, ready, whole } from "./row.ts";

export const turns: Row[] = [
  {
    behaviour: "The greeting starts when the stream starts, and is heard though the callee is silent",
    goal: "first audio ≤ 50 ms after `start`",
    figure: "firstAudio",
    tests: [
      [ready, "a call that was made ready › is greeted before the mesh has answered"],
      [core("opening"), "is what the call says and finishes first"],
      [ready, "a stream that is not the one which a call was made ready for › opens nothing"],
      [
        "voice-pipeline/src/outside/post-json.test.ts",
        "a request that is to come › finds its connection open",
      ],
      [
        core("conversation"),
        "the greeting › says that it is an AI, is not cut, and a hello during it starts no turn",
      ],
      [core("silence"), "noise that goes on › does not hold back the goodbye into silence"],
    ],
  },
  {
    behaviour: "Added latency: the pipeline's own share of a turn",
    goal: "p50 ≤ 2 ms, p99 ≤ 15 ms at 100 calls on one core",
    figure: "added",
    tests: [
      [core("dead-air"), "a model that fails › is measured by the moment at which the caller was told"],
    ],
  },
  {
    behaviour:
      "Overlap: tokens into clauses, clauses into sound, sound into frames; nothing waits for a whole anything",
    goal: "voice-to-voice = endpointing + first clause + first byte of speech, to within 15 ms",
    figure: "nova",
    tests: [
      ["voice-pipeline/src/speaking/clauses.test.ts", "splits "],
      [whole, "a whole call, heard by nova-3 › is held by sound"],
      [model, "what is sent › goes over the connection of the turn before"],
      [model, "an answer › is told as soon as the model has finished"],
    ],
  },
  {
    behaviour: "Speculation: a turn that may be over is thought about early, unheard until it is over",
    goal: "saves ≥ 150 ms of the median turn",
    figure: ["flux", "saved"],
    tests: [
      [core("speculation"), "changes nothing but the time"],
      [core("draft"), "a turn that may be over › is answered at once when it ends with the same words"],
      [core("draft"), "a turn that may be over › is thought away when it is resumed"],
      [core("draft"), "a turn that may be over › is thought about anew when it ends with other words"],
      [core("draft"), "a turn that may be over › calls no function before it is over"],
      [core("any-order"), "events in any order › do nothing of what a model was asked before"],
      [whole, "a whole call, heard by flux-general-en › is held by sound"],
    ],
  },
  {
    behaviour: "A sentence that is not finished, or a number being read out, is waited for; nothing else is",
    goal: null,
    figure: none,
    tests: [
      [core("unfinished"), "how long to wait for more › is a while after"],
      [core("unfinished"), "how long to wait for more › is none after"],
      [core("unfinished-turn"), "a turn that ends amid a sentence › is one with what follows it"],
      [
        core("unfinished-turn"),
        "a turn that ends amid a sentence › takes a number read out in groups as one",
      ],
      [core("unfinished-turn"), "a finished sentence is answered in the same moment"],
    ],
  },
  {
    behaviour: "Barge-in in two steps: sound stops the voice, words confirm it, noise gives it back",
    goal: "stop ≤ 100 ms after speech begins; resume with no word lost or doubled",
    figure: ["stop", "resume"],
    tests: [
      [core("conversation"), "an interruption › stops at sound"],
      [core("conversation"), "an interruption › is none when no words follow the sound"],
      [core("conversation"), "an interruption › is none when a listener says mhm"],
      [core("talk-over"), "a reply that nobody has heard yet › is held back at sound, and dropped for"],
      [core("talk-over"), "a reply that nobody has heard yet › is given back when the sound brings no words"],
      [core("talk-over"), "a turn that was none › "],
      ["voice-pipeline/src/hearing/sound-detector.test.ts", "noise that goes on › "],
      ["voice-pipeline/src/telephony/speaker.test.ts", "says nothing of what is held before its first byte"],
      ["voice-pipeline/src/telephony/playout.test.ts", "holds, and goes on from where it is told"],
    ],
  },
  {
    behaviour: "What is said over the voice without stopping it is answered once it has spoken",
    goal: null,
    figure: none,
    tests: [
      [core("overheard"), "a turn that ends over the greeting › is answered after it when it is more than a"],
      [core("overheard"), "a turn that ends over the greeting › starts no turn when it is"],
      [
        core("overheard"),
        "a word of a listener › is an answer when it falls on the last words of a question",
      ],
    ],
  },
  {
    behaviour:
      "Our own voice, come back over the line, is nobody's turn; a caller who says our words is heard",
    goal: null,
    figure: none,
    tests: [
      [core("echo"), "our own words › "],
      [core("echo"), "a caller who says our words › "],
    ],
  },
  {
    behaviour: "The wish not to be called again holds however it is put, and however the call ends",
    goal: null,
    figure: none,
    tests: [
      [core("opt-out"), "the wish not to be called › is heard in"],
      [core("opt-out"), "the wish not to be called › is not heard in"],
      [core("last-words"), "words whose turn never ended › are written down when the caller hangs up, and"],
      [core("conversation"), "the wish not to be called again › is noted at once when it is spoken"],
    ],
  },
];
