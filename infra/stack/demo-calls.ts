// What was said in the demo account's past calls. Latencies are endpointing, then from the end of turn: first token, first
// clause, first audio, first frame, all in milliseconds.

type Latency = readonly [number, number, number, number, number];

export interface DemoCall {
  readonly persona: string;
  readonly daysAgo: number;
  readonly minutesEarlier: number;
  /** Seconds of conversation; null when nobody answered. */
  readonly seconds: number | null;
  readonly endReason: "caller_hangup" | "persona_goodbye" | "no_answer" | "time_limit";
  readonly turns: readonly (readonly [speaker: "caller" | "persona", text: string, latency?: Latency])[];
}

export const demoCalls: readonly DemoCall[] = [
  {
    persona: "Interview Coach",
    daysAgo: 41,
    minutesEarlier: 190,
    seconds: 512,
    endReason: "persona_goodbye",
    turns: [
      ["persona", "Hello, this is an AI speaking. I am Victor. Which job are we practising for today?"],
      ["caller", "A position as head nurse."],
      [
        "persona",
        "Good. Tell me about a shift that went wrong, and what you did.",
        [430, 268, 340, 455, 470],
      ],
      ["caller", "Two people were ill, and I called in the next shift early."],
      [
        "persona",
        "You decided quickly, that is strong. Say next time how you told the team.",
        [410, 281, 372, 498, 512],
      ],
    ],
  },
  {
    persona: "Best Friend",
    daysAgo: 12,
    minutesEarlier: 75,
    seconds: 204,
    endReason: "caller_hangup",
    turns: [
      ["persona", "Hi Robin, it is Mia, your AI friend. How did the talk with your sister go?"],
      ["caller", "Better than I thought."],
      ["persona", "I knew it! What did you say first?", [440, 262, 318, 447, 461]],
    ],
  },
  {
    persona: "Wake-up Caller",
    daysAgo: 6,
    minutesEarlier: 400,
    seconds: null,
    endReason: "no_answer",
    turns: [],
  },
  {
    persona: "Bedtime Storyteller",
    daysAgo: 3,
    minutesEarlier: 20,
    seconds: 330,
    endReason: "persona_goodbye",
    turns: [
      [
        "persona",
        "Good evening, this is Orson, an AI that tells stories. Name me one creature and one place.",
      ],
      ["caller", "An otter, and a lighthouse."],
      [
        "persona",
        "There was once an otter who kept the light of a small lighthouse, and every evening she counted the boats.",
        [425, 274, 402, 530, 548],
      ],
      ["caller", "Did one not come home?"],
      [
        "persona",
        "One evening the count was short by one. So she turned the lamp a little lower, to where a tired boat would look.",
        [398, 259, 366, 489, 503],
      ],
      ["caller", "That is lovely. Good night."],
      ["persona", "Good night, Robin. Sleep well.", [452, 233, 280, 402, 417]],
    ],
  },
  {
    persona: "Patient Listener",
    daysAgo: 1,
    minutesEarlier: 45,
    seconds: 141,
    endReason: "caller_hangup",
    turns: [
      ["persona", "Hello, this is Clara, an AI that listens. Take your time."],
      ["caller", "I have put off one phone call for a week."],
      ["persona", "A week of carrying one call around. That sounds heavy.", [437, 266, 331, 452, 466]],
      ["caller", "I think I will simply make it now."],
      ["persona", "Then I will not keep you. It takes courage to begin.", [415, 249, 309, 431, 446]],
    ],
  },
];
