/** What is heard, and how long: the voice, silence, machines, digits and time. */
import { core, none, type Row, whole } from "./row.ts";

export const line: Row[] = [
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
      [core("mailbox"), "a beep › "],
      ["voice-pipeline/src/hearing/beep-detector.test.ts", "a pure tone › "],
      [whole, "a call that a mailbox takes with nothing but a beep ends as one"],
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
];
