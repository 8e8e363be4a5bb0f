/** Who the system prompt says that we are: a name, a role and a tone, found in plain English. */

export interface Persona {
  name: string | undefined;
  role: string | undefined;
  /** How an answer may begin in this persona's tone. */
  openers: readonly string[];
}

const tones: readonly (readonly [RegExp, readonly string[]])[] = [
  [/pirate/i, ["Arr, now there is a thing.", "Shiver me timbers.", "Aye, I hear you."]],
  [/grump|gruff|sarcas|cynic|dry wit/i, ["Well, well.", "If you say so.", "Of all the things."]],
  [
    /calm|sooth|zen|meditat|sleep|relax|gentle/i,
    ["Mm, let us take that slowly.", "I hear you.", "That is good to hear."],
  ],
  [
    /cheer|upbeat|energ|enthusias|playful|fun|bubbly|excit/i,
    ["Oh, brilliant!", "I love that!", "Now we are talking!"],
  ],
  [
    /reception|business|professional|assistant|formal|secretar/i,
    ["Certainly.", "Of course.", "Thank you for telling me."],
  ],
  [
    /wise|mentor|coach|sage|philosoph|teacher|tutor/i,
    ["Now that is worth a thought.", "Good.", "Let us look at that together."],
  ],
  [
    /warm|kind|caring|friend|compassion|support|empath/i,
    ["Oh, how lovely.", "I am glad you told me.", "I hear you."],
  ],
];
const plain = ["I see.", "That is interesting.", "Fair enough."];

const names = [
  /\b[Yy]our name is ([A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*)/,
  /\b[Yy]ou are (?:called |named )?([A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*)/,
  /\b(?:named|called) ([A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*)/,
  /^(?:persona|name):\s*([A-Z][^\n.,]*)/im,
];

export const readPersona = (system: string): Persona => {
  const name = names
    .map((pattern) => pattern.exec(system)?.[1])
    .find((each) => each !== undefined && each !== "AI");
  const role =
    /\b[Yy]ou are (?:[A-Z][\w'’ -]*, )?((?:an?|the) [^.,;\n]{3,80})/.exec(system)?.[1] ??
    /^role:\s*([^\n.]{3,80})/im.exec(system)?.[1];
  const openers = tones.find(([pattern]) => pattern.test(system))?.[1] ?? plain;
  return { name: name?.trim(), role: role?.trim(), openers };
};

/** A number for words: the same words, the same choice, in every run. FNV-1a. */
export const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (const unit of Buffer.from(text)) value = Math.imul(value ^ unit, 0x01000193) >>> 0;
  return value;
};

export const pick = <T>(from: readonly [T, ...T[]] | readonly T[], seed: string): T => {
  const chosen = from[hash(seed) % from.length];
  if (chosen === undefined) throw new RangeError("Nothing to pick from.");
  return chosen;
};
