/** What must not go wrong: functions, failures, careful words, recordings, crashes. */
import { aura, core, deepgram, firstVoice, model, none, type Row, whole } from "./row.ts";

export const care: Row[] = [
  {
    behaviour:
      "Functions: a filler when they are slow, spoken words when they fail; a maker's own over signed HTTPS",
    goal: "a filler after 700 ms",
    figure: none,
    tests: [
      [core("conversation"), "says a filler when a function takes longer than 700 ms"],
      [core("dead-air"), "a function that never returns › is told to the caller and to the model"],
      [
        core("functions-in-talk"),
        "a function that the caller does not wait for › stands in what the model reads",
      ],
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
      [
        "voice-pipeline/src/hearing/nova-turns.test.ts",
        "a turn that nobody ends › is over two and a half seconds",
      ],
      [core("dead-air"), "hearing that is away › is told to the caller, once nobody speaks"],
      [model, "a model that fails before its first word › is followed at once by the second when it"],
      [model, "a model that fails before its first word › is followed by a second with a key of its own"],
      [model, "a model that is slow › is raced by the second"],
      [firstVoice, "a connection that breaks amid an utterance › and "],
      [firstVoice, "a refusal › with 429 is taken as long as it asks for"],
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
    tests: [
      ["voice-pipeline/src/speaking/speakable.test.ts", "what is said › "],
      ["voice-pipeline/src/speaking/english-telephone.test.ts", "digit by digit › "],
      [core("spoken-language"), ""],
    ],
  },
  {
    behaviour: "A long call: the history stays within a budget, and begins the same for a prompt cache",
    goal: null,
    figure: none,
    tests: [
      [core("history"), "what is remembered of a call › "],
      [core("kept-messages"), "messages that are kept › "],
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
      [firstVoice, "anything that the provider may send › leaves the words that it says whole"],
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
