// What is known of a call that runs, from two sides that overtake each other: answers to questions, and its live socket. Pure.
import type { LiveMessage } from "@callmeback/shared/contract/live";
import type { AnswerOf } from "../api/ask.ts";

export type Call = AnswerOf<"getCall">["call"];
export type Turn = Call["turns"][number];
type State = Extract<LiveMessage, { type: "call" }>["call"];

/** The words so far of a turn that goes on. */
export interface Draft {
  speaker: Turn["speaker"];
  text: string;
}

export interface Heard {
  state: State | undefined;
  turns: ReadonlyMap<number, Turn>;
  /** Who began first comes first. */
  drafts: readonly Draft[];
}

export const nothingHeard: Heard = { state: undefined, turns: new Map(), drafts: [] };

export function hear(heard: Heard, message: LiveMessage): Heard {
  if (message.type === "call") return { ...heard, state: message.call };
  if (message.type === "turn") {
    const { type, ...turn } = message;
    return {
      ...heard,
      turns: new Map(heard.turns).set(turn.seq, turn),
      drafts: heard.drafts.filter(({ speaker }) => speaker !== turn.speaker),
    };
  }
  const { speaker, text } = message;
  const last = [...heard.turns.values()].findLast((turn) => turn.speaker === speaker);
  // Words and the turn that they became travel apart, so that the words may come last.
  if (last?.text.startsWith(text)) return heard;
  const isKnown = heard.drafts.some((draft) => draft.speaker === speaker);
  const fresh = { speaker, text };
  return {
    ...heard,
    drafts: isKnown
      ? heard.drafts.map((draft) => (draft.speaker === speaker ? fresh : draft))
      : [...heard.drafts, fresh],
  };
}

const order: Readonly<Record<Call["status"], number>> = {
  initiated: 0,
  ringing: 1,
  "in-progress": 2,
  completed: 3,
  failed: 3,
  canceled: 3,
};

export const isOver = (status: Call["status"]): boolean => order[status] === 3;

/** The answer with what was heard since: a call only goes forward, and no turn is ever taken back. */
export function together(answered: Call, { state, turns }: Heard): Call {
  const isAhead = state !== undefined && order[state.status] > order[answered.status];
  const all = new Map([...answered.turns.map((turn) => [turn.seq, turn] as const), ...turns]);
  return {
    ...answered,
    ...(isAhead ? state : {}),
    // A turn is told when it is over: one that began earlier may come later.
    turns: [...all.values()].sort((one, other) => one.started_at.localeCompare(other.started_at)),
  };
}

export function lastSeq(answered: Call | undefined, { turns }: Heard): number {
  return Math.max(0, ...(answered?.turns ?? []).map(({ seq }) => seq), ...turns.keys());
}
