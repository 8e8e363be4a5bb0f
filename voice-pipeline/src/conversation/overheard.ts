/** Whether what was said over the voice, and did not stop it, is answered once it has spoken. */
import { isBackChannel, isHello } from "./back-channel.ts";
import type { CallState } from "./call-state.ts";
import { wordsOf } from "./plain-words.ts";
import type { EndedTurn } from "./unfinished-turn.ts";
import type { Utterance } from "./utterance.ts";

/** Who answers before so many words have guessed the question. */
const guessedWords = 4;

/** The greeting's hello is returned with none; a listener's word is an answer only to a question that was nearly asked. */
export const deservesReply = (
  state: CallState,
  { id, said, isFinished, isGreeting }: Utterance,
  turn: EndedTurn,
): boolean => {
  const isAnswered = isFinished && /[?？؟]["'”’)]*$/.test(said);
  const unheard = wordsOf(said).length - state.own.countBy(id, turn.startedAt);
  if (isAnswered && unheard <= guessedWords && !isHello(turn.text)) return true;
  return wordsOf(turn.text).length > 0 && !isBackChannel(turn.text) && !(isGreeting && isHello(turn.text));
};
