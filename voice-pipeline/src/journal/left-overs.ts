/**
 * Delivers what processes that are gone left behind, journals, records and sealed parts of recordings, from the start and for as long
 * as this one runs: the process beside it may die any time. A call that has no end was lost with its process. What the disk
 * failed on, theirs or this process's own, is tried again.
 */
import { setTimeout as wait } from "node:timers/promises";
import { log } from "../log.ts";
import { deliverPart, type PartWorld } from "../recording/part-file.ts";
import { handInPacked, handInRecord, type RecordWorld } from "../replay/packed-record.ts";
import { Journal, type JournalParts, unmeasured } from "./journal.ts";
import { leaveForLater, takeLeft } from "./left-for-later.ts";
import { journalSuffix, recordName, takeOrphans } from "./ownership.ts";

/** So many rounds apart: a disk that is full stays so for a while, and each try reads and packs anew. */
const leftEveryRounds = 20;

/** Answers with a journal that nobody holds once it is read and its call has an end; null when it had to be left for later. */
const takeOver = async (callId: string, parts: JournalParts): Promise<Journal | null> => {
  try {
    const journal = await Journal.takeOver(callId, parts);
    const isLost = !journal.isEnded;
    if (isLost)
      journal.append({ type: "ended", end_reason: "node_lost", fault: "us", ...unmeasured }, new Date());
    log("journal_taken_over", { call_id: callId, is_lost: isLost });
    return journal;
  } catch (error) {
    log("journal_not_delivered", { call_id: callId, message: String(error) });
    leaveForLater(parts.home, callId + journalSuffix);
    return null;
  }
};

const deliverRecord = async (name: string, parts: LeftOverParts): Promise<void> => {
  const [callId = ""] = name.split(".");
  const handIn = name === recordName(callId) ? handInRecord : handInPacked;
  await handIn(parts, callId).catch((error: unknown) =>
    log("record_not_delivered", { call_id: callId, message: String(error) }),
  );
};

const deliverSound = async (name: string, parts: LeftOverParts): Promise<void> => {
  const [callId = "", part] = name.split(".");
  await deliverPart(parts, callId, Number(part)).catch((error: unknown) =>
    log("recording_part_not_delivered", { call_id: callId, part: Number(part), message: String(error) }),
  );
};

type LeftOverParts = JournalParts & PartWorld & RecordWorld;

/** Resolves once `stop` is given and nothing is under way. */
export const deliverLeftOvers = async (parts: LeftOverParts, everyMs: number): Promise<void> => {
  const underWay = new Set<Promise<void>>();
  /** One after the other: there may be many, and each is large. */
  let large: Promise<void> = Promise.resolve();
  for (let round = 1; !parts.stop.aborted; round += 1) {
    try {
      const names = await takeOrphans(parts.home);
      if (round % leftEveryRounds === 0) names.push(...takeLeft(parts.home));
      // One after the other: each is read between the frames of this process's own calls.
      for (const name of names) {
        if (!name.endsWith(journalSuffix)) {
          const deliver = name.endsWith(".sound") ? deliverSound : deliverRecord;
          large = large.then(() => deliver(name, parts));
          continue;
        }
        const callId = name.slice(0, -journalSuffix.length);
        const journal = await takeOver(callId, parts);
        if (!journal) continue;
        const delivery = journal
          .close()
          .catch((error: unknown) => log("journal_not_closed", { call_id: callId, message: String(error) }))
          .finally(() => underWay.delete(delivery));
        underWay.add(delivery);
      }
    } catch (error) {
      log("left_overs_not_read", { message: String(error) });
    }
    await wait(everyMs, undefined, { signal: parts.stop, ref: false }).catch(() => {});
  }
  await Promise.all([...underWay, large]);
};
