/** DESIGN's behaviours of a call, each with the tests that would fail without it and the figure that is measured of it. */
import type { Figures } from "./measure.ts";

export interface Row {
  behaviour: string;
  /** What DESIGN asks for; null where it gives no figure. */
  goal: string | null;
  /** Where the figure comes from: a call that is measured now, or what is to be run for it. */
  figure: keyof Figures | (keyof Figures)[] | { elsewhere: string };
  /** File under the repository and the beginning of the test's name, with " › " between its parts. */
  tests: [file: string, name: string][];
  /** What is left to do. */
  lacking?: string;
}

const core = (name: string) => `voice-pipeline/src/conversation/${name}.test.ts`;
const deepgram = "voice-pipeline/src/hearing/deepgram.test.ts";
const voice = "voice-pipeline/src/speaking/eleven-labs.test.ts";
const aura = "voice-pipeline/src/speaking/aura.test.ts";
const model = "voice-pipeline/src/thinking/llm.test.ts";
const whole = "voice-pipeline/src/whole-call.test.ts";
const ready = "voice-pipeline/src/ready/ready.test.ts";
const none = { elsewhere: "shown by its tests alone" };

export const rows: Row[] = [
  {
    behaviour: "The greeting starts when the stream starts, and is heard though the callee is silent",
    goal: "first audio ≤ 50 ms after `start`",
    figure: "firstAudio",
    tests: [
      [ready, "a call that was made ready › is greeted before the mesh has answered"],
      [core("opening"), "is what the call says and finishes first"],
      [ready, "a stream that is not the one which a call was made ready for › opens nothing"],
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
  {
    behaviour: "Heard-so-far: after an interruption the history holds only what was played",
    goal: "exact to ± 1 word",
    figure: "heard",
    tests: [
      [
        core("conversation"),
        "an interruption › stops at sound, and words leave in the history exactly what was heard",
      ],
      [core("functions-in-talk"), "words before a function › are cut to what was heard of them"],
      [whole, "a whole call, heard by nova-3 › is held by sound, with an interruption"],
    ],
  },
  {
    behaviour: "Playout a small, fixed lead ahead of real time, on an absolute clock",
    goal: "lead 100–200 ms; no underrun in 1 h at 100 calls",
    figure: ["lead", "underruns"],
    tests: [
      [
        "voice-pipeline/src/telephony/playout.test.ts",
        "sends its lead at once, then what was played since, and catches up after a late timer",
      ],
      [
        "voice-pipeline/src/telephony/playout.test.ts",
        "knows what was played, later by what a mark taught it",
      ],
    ],
  },
  {
    behaviour: "Silence: a question, then a goodbye",
    goal: "8 s and 8 s, configurable",
    figure: "silence",
    tests: [
      [core("conversation"), "the end › asks into silence once and then says goodbye"],
      [core("silence"), "silence › of "],
      [core("silence"), "noise that goes on › is waited out while it may yet be speech"],
    ],
  },
  {
    behaviour: "Answering machines and call screening are known without delaying the greeting",
    goal: null,
    figure: none,
    tests: [
      [core("who-answered"), "a recorded greeting or menu › is known by"],
      [
        core("who-answered"),
        "a recorded greeting or menu › ends the call as voicemail, also amid the greeting",
      ],
      [core("who-answered"), "a recorded greeting or menu › is spoken to as a person is by a persona that"],
      [core("who-answered"), "a speech that takes no notice of the greeting › is a machine's"],
      [core("screening"), "call screening › does not delay the greeting, and is told who calls after it"],
      [core("screening"), "call screening › is left alone while it looks for its owner"],
    ],
  },
  {
    behaviour: "Digits reach the persona; `*` opens a menu of functions; `9` stops all future calls",
    goal: null,
    figure: "digit",
    tests: [
      [core("digits"), "digits › reach the persona together, after a short pause"],
      [core("digits"), "digits › interrupt the persona as words do"],
      [core("conversation"), "the wish not to be called again › is noted once for the digit 9"],
      [core("digits"), "the key 9 › is a digit within"],
      [core("menu"), "the star key › alone opens a menu, after a short pause and with no model"],
      [core("menu"), "star and a number › "],
    ],
  },
  {
    behaviour: "Time: warned before the end, a goodbye that is played out, never past the limit",
    goal: "never past the limit by more than 2 s",
    figure: "limit",
    tests: [
      [core("conversation"), "the end › comes before the limit, with a warning when there was time for one"],
      [core("time-limit"), "a notice of the time that is left › is not given once it is no longer true"],
      [core("time-limit"), "the goodbye at the limit › does not cut the careful words"],
      [core("any-order"), "events in any order › never outlive the limit"],
    ],
  },
  {
    behaviour:
      "Functions: a filler when they are slow, spoken words when they fail; a maker's own over signed HTTPS",
    goal: "a filler after 700 ms",
    figure: none,
    tests: [
      [core("conversation"), "says a filler when a function takes longer than 700 ms"],
      [core("dead-air"), "a function that never returns › is told to the caller and to the model"],
      [core("functions-in-talk"), "functions without end › are refused after five rounds"],
      ["voice-pipeline/src/thinking/functions.test.ts", "has the maker asked for what only they can"],
      [
        "workers/call-orchestrator/src/functions/functions.test.ts",
        "the service of a persona's maker › is asked once, with what the model gave, signed",
      ],
      ["tests/functions-in-a-call.test.ts", "what the service answers is said; what is slow is bridged"],
    ],
  },
  {
    behaviour: "Providers fail: each socket reconnects, each wait has an end and a second choice",
    goal: "never dead air above 5 s",
    figure: "deadAir",
    tests: [
      [
        core("dead-air"),
        "over any silences of the providers › the caller hears nothing for no more than five seconds",
      ],
      [deepgram, "a socket that breaks amid a turn › loses neither the words so far nor the sound"],
      [deepgram, "a socket that stalls › is replaced when speech was sent and nothing came back"],
      [deepgram, "a refusal › with 429 is taken as long as it asks for"],
      [deepgram, "a model that cannot be had › as "],
      [core("dead-air"), "hearing that is away › is told to the caller, once nobody speaks"],
      [model, "a model that fails before its first word › is followed at once by the second when it"],
      [model, "a model that fails before its first word › is followed by a second with a key of its own"],
      [model, "a model that is slow › is raced by the second"],
      [voice, "a connection that breaks amid an utterance › and "],
      [voice, "a refusal › with 429 is taken as long as it asks for"],
      [
        "voice-pipeline/src/speaking/second-voice.test.ts",
        "a call whose first voice fails › amid an utterance",
      ],
      [aura, "the second voice › is given up in time"],
      [aura, "the second voice › and the first leave nobody without a word for five seconds"],
      [whole, "a call whose first voice is refused is held with the second"],
      [whole, "a call whose models fail is told so in words, and goes on once they are back"],
    ],
  },
  {
    behaviour: "Time that a provider took from a call which survived it is not charged",
    goal: "fault recorded, that time not charged",
    figure: none,
    tests: [
      [core("outages"), "the time that is lost › runs from the question that a model did not answer"],
      [core("outages"), "the time that is lost › is what passes while nobody hears the caller"],
      [core("any-order"), "events in any order › lose no more time than there is"],
      ["tests/lost-time.test.ts", "what a provider took of a call is on its receipt, and not charged"],
    ],
  },
  {
    behaviour: "Disclosure: the opening says that it is an AI, where no prompt can remove it",
    goal: "100 % of calls",
    figure: none,
    tests: [
      [core("conversation"), "the greeting › says that it is an AI"],
      [
        core("screening"),
        "call screening › is left alone while it looks for its owner, who is greeted anew with the disclosure",
      ],
    ],
  },
  {
    behaviour: "Somebody who may take their life gets careful, fixed words and a helpline",
    goal: null,
    figure: none,
    tests: [[core("crisis"), ""]],
  },
  {
    behaviour:
      "A recording begins with a clear, spoken yes and not before, has both sides in their time, and ends when it is taken back",
    goal: null,
    figure: none,
    tests: [
      [core("recording-consent"), ""],
      ["voice-pipeline/src/recording/stereo.test.ts", ""],
      ["voice-pipeline/src/recording/recorder.test.ts", ""],
    ],
  },
  {
    behaviour: "What is said can be said: no markdown, figures as words",
    goal: null,
    figure: none,
    tests: [["voice-pipeline/src/speaking/speakable.test.ts", "what is said › "]],
  },
  {
    behaviour: "A long call: the history stays within a budget, and begins the same for a prompt cache",
    goal: null,
    figure: none,
    tests: [
      [
        "voice-pipeline/src/thinking/prompt.test.ts",
        "what the model reads › stays within its budget over a long call",
      ],
      [
        "voice-pipeline/src/thinking/prompt.test.ts",
        "what the model reads › begins the same from turn to turn",
      ],
    ],
  },
  {
    behaviour: "Anything that a provider or Twilio may send is counted and survived",
    goal: "fuzzed",
    figure: { elsewhere: "seconds in the tests; minutes by `pnpm bench fuzz`, not run here" },
    tests: [
      [deepgram, "anything that the provider may send › leaves the turns of a call whole"],
      [deepgram, "flux › leaves the turns of a call whole"],
      [model, "anything that a server may send › ends in words or in a failure, once"],
      [voice, "anything that the provider may send › leaves the words that it says whole"],
      [core("any-order"), "events in any order › leave a history that a model accepts"],
      ["voice-pipeline/src/fuzz.test.ts", ""],
    ],
  },
  {
    behaviour:
      "A crash or a drain loses nothing: the journal is on disk first, and the next process delivers it",
    goal: "0 calls cut by a drain",
    figure: { elsewhere: "of 50 calls none cut by a drain, none charged after a kill" },
    tests: [
      ["tests/voice-crash.test.ts", "SIGTERM amid 50 calls"],
      ["tests/voice-crash.test.ts", "kill -9 amid 50 calls"],
      ["tests/voice-crash.test.ts", "kill -9 with no process to follow"],
      [
        "voice-pipeline/src/journal/journal.test.ts",
        "delivers in order once the mesh is back, and then forgets",
      ],
      [
        "voice-pipeline/src/journal/journal.test.ts",
        "keeps on disk what a stopped process could not deliver",
      ],
      [
        "voice-pipeline/src/journal/journal.test.ts",
        "takes over the journals of fifty calls without holding up a call of its own",
      ],
      ["voice-pipeline/src/journal/journal.test.ts", "loses nothing to a disk that is full for a while"],
    ],
  },
];
