/**
 * What is in a journal's file: entries for the mesh, one JSON line each, and between them what was said so far of a turn
 * that goes on. The second kind is never delivered: it is what is left of a turn whose process was killed in its midst.
 */
import { readFileSync } from "node:fs";
import { time } from "@callmeback/shared/contract/fields";
import { type JournalEntry, journalEntry } from "@callmeback/shared/contract/voice";
import * as z from "zod";

const soFarLine = z.strictObject({
  so_far: z.strictObject({
    speaker: z.enum(["caller", "persona"]),
    text: z.string().max(20_000),
    started_at: time,
    at: time,
  }),
});
export type SoFar = z.infer<typeof soFarLine>["so_far"];

export const entryText = (entry: JournalEntry): string => `${JSON.stringify(entry)}\n`;
export const soFarText = (soFar: SoFar): string => `${JSON.stringify({ so_far: soFar })}\n`;

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

/** A line that a crash cut in half is left out. */
export const readJournal = (path: string): JournalContent => {
  const entries: JournalEntry[] = [];
  const unfinished = new Map<SoFar["speaker"], SoFar>();
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const json = parsed(line);
    const entry = journalEntry.safeParse(json);
    const soFar = soFarLine.safeParse(json);
    if (entry.success) {
      entries.push(entry.data);
      if (entry.data.type === "turn") unfinished.delete(entry.data.speaker);
    } else if (soFar.success) unfinished.set(soFar.data.so_far.speaker, soFar.data.so_far);
  }
  const began = ({ started_at }: SoFar) => Date.parse(started_at);
  return { entries, unfinished: [...unfinished.values()].sort((one, other) => began(one) - began(other)) };
};
