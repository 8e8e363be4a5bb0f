/** Runs a recorded call against the core as it is now, and says where it decides otherwise. Pure. */
import { Conversation } from "../conversation/conversation.ts";
import type { ConversationEvent } from "../conversation/events.ts";
import { type CallRecord, type Decision, decisionOf, didLine, eventLine, headLine } from "./call-record.ts";

export interface Change {
  /** Milliseconds from the call's first event. */
  atMs: number;
  event: ConversationEvent;
  was: Decision[];
  is: Decision[];
}

const decide = ({ session, steps }: CallRecord): Decision[][] => {
  const conversation = new Conversation(session);
  return steps.map(({ event }) => {
    try {
      return conversation.handle(event).map(decisionOf);
    } catch (error) {
      return [JSON.stringify({ broke: String(error) })];
    }
  });
};

/** In order. Only the first is sure: what follows it was said to a core that had decided otherwise. */
export const replay = (record: CallRecord): Change[] => {
  const now = decide(record);
  return record.steps.flatMap(({ event, did: was }, index) => {
    const is = now[index] ?? [];
    return was.join() === is.join() ? [] : [{ atMs: event.at - record.base, event, was, is }];
  });
};

/** The record as it would be had the core of now held the call. */
export const accepted = (record: CallRecord): string => {
  const now = decide(record);
  const lines = record.steps.flatMap(({ event }, index) => {
    const did = now[index] ?? [];
    return [eventLine(event, record.base), ...(did.length > 0 ? [didLine(did)] : [])];
  });
  return `${[headLine(record.session, record.base), ...lines].join("\n")}\n`;
};
