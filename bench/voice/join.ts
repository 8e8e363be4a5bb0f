/** One turn as its caller and the fakes saw it, and what of its time was the system's own. All times are of one clock. */

export interface FakesTurn {
  /** The last sound of the question reached speech-to-text. */
  heardAt?: number;
  /** Speech-to-text reported the end of the turn. */
  sttAt?: number;
  /** The model was asked, whole request read. */
  llmAt?: number;
  /** The model wrote the last token of its first sentence. */
  clauseAt?: number;
  /** The voice was given that sentence. */
  textAt?: number;
  /** The voice wrote its first sound. */
  audioAt?: number;
}
export interface CallersTurn {
  /** The last sound of the question was sent. */
  askedAt: number;
  /** The first frame of its answer came. */
  answeredAt: number;
}

/** The name of a turn in every process. */
export const turnKey = (call: number, turn: number): string => `${call}:${turn}`;

/** The four waits that the system under test answers for, in milliseconds. */
export interface AddedMs {
  caller: number;
  question: number;
  clause: number;
  sound: number;
  all: number;
}

/** Null when the turn never went all the way. */
export const addedMs = (turn: FakesTurn, { askedAt, answeredAt }: CallersTurn): AddedMs | null => {
  const { heardAt, sttAt, llmAt, clauseAt, textAt, audioAt } = turn;
  if (heardAt === undefined || sttAt === undefined || llmAt === undefined) return null;
  if (clauseAt === undefined || textAt === undefined || audioAt === undefined) return null;
  const [caller, question] = [heardAt - askedAt, llmAt - sttAt];
  const [clause, sound] = [textAt - clauseAt, answeredAt - audioAt];
  return { caller, question, clause, sound, all: caller + question + clause + sound };
};
