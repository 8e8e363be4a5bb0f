// What was said in the demo account's past calls. Latencies are endpointing, then from the end of turn: first token, first
// clause, first audio, first frame, all in milliseconds.

type Latency = readonly [number, number, number, number, number];

export interface DemoCall {
  readonly persona: string;
  readonly daysAgo: number;
  readonly minutesEarlier: number;
  /** Seconds of conversation; null when nobody answered. */
  readonly seconds: number | null;
  readonly endReason: keyof typeof endings;
  /** A free call of the demo account's own persona. */
  readonly isTryOut?: true;
  readonly turns: readonly (readonly [
    speaker: "caller" | "persona",
    text: string,
    latency?: Latency,
    interrupted?: "interrupted",
  ])[];
}

/** How a call with this end is written down; only one that was nobody's fault costs something. */
export const endings = {
  caller_hangup: ["completed", "none"],
  persona_goodbye: ["completed", "none"],
  time_limit: ["completed", "none"],
  no_answer: ["failed", "callee"],
  canceled_by_user: ["canceled", "none"],
  provider_error: ["failed", "provider"],
} as const;

/** What the demo account has made itself, and tried out. */
export const demoPersona = {
  name: "Aunt Rosa",
  description: "Cooks with you over the phone, one step at a time, with whatever is in the house.",
  voice: "bella",
  system_prompt:
    "You are Rosa, a warm aunt who cooks with people over the phone. Ask what is in the kitchen, then lead one small step at a time and wait until it is done.",
  greeting: "Put the water on, dear. What do you have in the fridge?",
  tags: ["cooking", "warm"],
};

/** Whom the demo account is called by, in so many days: far enough that its money is reserved the day before. */
export const demoAhead = { personaId: "01990000-0000-7000-8000-000000000004", inDays: 6, hourUtc: 17 };

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
    persona: "Language Partner",
    daysAgo: 5,
    minutesEarlier: 310,
    seconds: 600,
    endReason: "time_limit",
    turns: [
      ["persona", "Hello, I am Nadia, an AI language partner. Which language shall we speak today?"],
      ["caller", "Spanish, slowly please."],
      ["persona", "Con mucho gusto. ¿Qué has hecho hoy?", [418, 271, 335, 462, 478]],
      ["caller", "He trabajado, y después he comido con mi hermana."],
      ["persona", "¡Qué bien! ¿Y qué habéis comido?", [402, 255, 312, 436, 451]],
      ["persona", "Our time is up. Goodbye!"],
    ],
  },
  {
    persona: "Running Mate",
    daysAgo: 4,
    minutesEarlier: 820,
    seconds: 48,
    endReason: "provider_error",
    turns: [
      ["persona", "Morning, this is your running mate, an AI voice. Shoes on?"],
      ["caller", "Shoes on, and it rains."],
      ["persona", "Rain only counts from the third puddle on.", [447, 902, 1204, 2210, 2231]],
      ["caller", "Then let us go."],
      ["persona", "I'm sorry, something is wrong on my side. I have to go. Goodbye!"],
    ],
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
        "There was once an otter who kept the light of a small lighthouse, and every evening she counted",
        [425, 274, 402, 530, 548],
        "interrupted",
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
    persona: "Wake-up Caller",
    daysAgo: 2,
    minutesEarlier: 15,
    seconds: null,
    endReason: "canceled_by_user",
    turns: [],
  },
  {
    persona: demoPersona.name,
    daysAgo: 1,
    minutesEarlier: 95,
    seconds: 74,
    endReason: "caller_hangup",
    isTryOut: true,
    turns: [
      [
        "persona",
        "Hello Robin, this is Aunt Rosa, an AI voice from CallMeBack. Put the water on, dear. What do you have in the fridge?",
      ],
      ["caller", "Two eggs, half a lemon and old bread."],
      [
        "persona",
        "That is a soup. Put the bread in the pan first, with a little oil.",
        [421, 263, 338, 449, 463],
      ],
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
