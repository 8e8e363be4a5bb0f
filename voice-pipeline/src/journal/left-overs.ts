/**
 * Delivers what processes that are gone left behind, from the start and for as long as this one runs: the process beside it
 * may die any time. A call that has no end was lost with its process.
 */
import { setTimeout as wait } from "node:timers/promises";
import { log } from "../log.ts";
import { Journal, type JournalParts } from "./journal.ts";
import { journalSuffix, takeOrphans } from "./ownership.ts";

const noUsage = {
  speech_to_text_seconds: 0,
  llm_input_tokens: 0,
  llm_output_tokens: 0,
  speech_characters: 0,
};

const deliver = async (callId: string, parts: JournalParts): Promise<void> => {
  try {
    const journal = new Journal(callId, parts);
    const isLost = !journal.isEnded;
    if (isLost)
      journal.append({ type: "ended", end_reason: "node_lost", fault: "us", usage: noUsage }, new Date());
    log("journal_taken_over", { call_id: callId, is_lost: isLost });
    await journal.close();
  } catch (error) {
    log("journal_not_delivered", { call_id: callId, message: String(error) });
  }
};

/** Resolves once `stop` is given and nothing is under way. */
export const deliverLeftOvers = async (parts: JournalParts, everyMs: number): Promise<void> => {
  const underWay = new Set<Promise<void>>();
  while (!parts.stop.aborted) {
    try {
      for (const name of await takeOrphans(parts.home)) {
        const delivery = deliver(name.slice(0, -journalSuffix.length), parts);
        underWay.add(delivery);
        void delivery.finally(() => underWay.delete(delivery));
      }
    } catch (error) {
      log("left_overs_not_read", { message: String(error) });
    }
    await wait(everyMs, undefined, { signal: parts.stop, ref: false }).catch(() => {});
  }
  await Promise.all(underWay);
};
