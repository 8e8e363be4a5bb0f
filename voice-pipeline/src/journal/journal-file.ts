/**
 * What is in a journal's file: entries for the mesh, one JSON line each, and between them what was said so far of a turn
 * that goes on. The second kind is never delivered: it is what is left of a turn whose process was killed in its midst.
 */
import { open } from "node:fs/promises";
import { time } from "@callmeback/shared/contract/fields";
import { type JournalEntry, journalEntry } from "@callmeback/shared/contract/voice";
import * as z from "zod";
import { storable } from "./storable.ts";

const longestText = 20_000;
const speaker = z.enum(["caller", "persona"]);
const soFarLine = z.strictObject({
  so_far: z.strictObject({
    speaker,
    /** So many characters of the speaker's line before stay; `text` follows them. */
    keep: z.int().min(0).default(0),
    text: z.string().max(longestText),
    started_at: time,
    at: time,
  }),
});
export interface SoFar {
  speaker: z.infer<typeof speaker>;
  text: string;
  started_at: string;
  at: string;
}

export const entryText = (entry: JournalEntry): string => `${JSON.stringify(entry)}\n`;

const commonLength = (one: string, other: string): number => {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
};

/** Only what is new since the line before: written whole twice a second, a long turn would fill the file with itself. */
export const soFarText = (soFar: SoFar, before: string): string => {
  const keep = commonLength(before, soFar.text);
  return `${JSON.stringify({ so_far: { ...soFar, keep, text: soFar.text.slice(keep) } })}\n`;
};

export interface JournalContent {
  entries: JournalEntry[];
  /** Turns that nobody recorded to their end, in the order in which they began. */
  unfinished: SoFar[];
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

/** A few dozen lines at a time: the calls of this process are heard between them. */
const pieceBytes = 16 * 1024;

/**
 * A line that a crash cut in half is left out. The mesh takes no entry after a missing one, so the numbers are given anew:
 * what follows a gap was never taken, and each reading gives it the same number.
 */
export const readJournal = async (path: string): Promise<JournalContent> => {
  const entries: JournalEntry[] = [];
  const unfinished = new Map<SoFar["speaker"], SoFar>();
  const file = await open(path);
  for await (const line of file.readLines({ highWaterMark: pieceBytes })) {
    const json = parsed(line);
    if (typeof json === "object" && json !== null && "so_far" in json) {
      const { data } = soFarLine.safeParse(json);
      if (!data) continue;
      const { keep, ...soFar } = data.so_far;
      const before = unfinished.get(soFar.speaker)?.text ?? "";
      const text = (before.slice(0, keep) + soFar.text).slice(0, longestText);
      if (text === "") unfinished.delete(soFar.speaker);
      else unfinished.set(soFar.speaker, { ...soFar, text });
    } else {
      const { data } = journalEntry.safeParse(storable(json));
      if (!data) continue;
      entries.push({ ...data, seq: (entries.at(-1)?.seq ?? 0) + 1 });
      if (data.type === "turn") unfinished.delete(data.speaker);
    }
  }
  const began = ({ started_at }: SoFar) => Date.parse(started_at);
  return { entries, unfinished: [...unfinished.values()].sort((one, other) => began(one) - began(other)) };
};
