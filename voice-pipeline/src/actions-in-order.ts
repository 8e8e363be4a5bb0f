/**
 * The order in which a call does what its conversation decided. A question to the model goes first, and Node sends it when the
 * work in hand is done: what was decided with it, to write down what was said above all, is done after that, and before anything that
 * is decided later.
 */
import type { Action } from "./conversation/events.ts";

const urgency = ({ type }: Action): number => Number(type === "think");
const inOrder = (actions: readonly Action[]): readonly Action[] =>
  actions.length < 2 ? actions : actions.toSorted((one, other) => urgency(other) - urgency(one));

export class ActionsInOrder {
  readonly #act: (action: Action) => void;
  #behind: (() => void)[] = [];

  constructor(act: (action: Action) => void) {
    this.#act = act;
  }

  do(actions: readonly Action[]): void {
    const [first, ...others] = inOrder(actions);
    if (first) this.#each([first]);
    if (first?.type !== "think" || others.length === 0) this.#each(others);
    else {
      this.#behind.push(() => this.#each(others));
      process.nextTick(() => this.catchUp());
    }
  }

  /** Behind all that was decided before. */
  afterwards(work: () => void): void {
    if (this.#behind.length > 0) this.#behind.push(work);
    else work();
  }

  /** What waits is done now: before the conversation is told of anything else, since what is done may tell it something. */
  catchUp(): void {
    const waiting = this.#behind;
    this.#behind = [];
    for (const each of waiting) each();
  }

  /** What waits is never done. */
  forget(): void {
    this.#behind = [];
  }

  #each(actions: readonly Action[]): void {
    for (const action of actions) {
      this.catchUp();
      this.#act(action);
    }
  }
}
