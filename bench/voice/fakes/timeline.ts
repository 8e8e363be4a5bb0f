/** When what happened to each turn, as the fakes saw it: the first time of each, whatever is asked again. */
import { nowMs } from "../clock.ts";
import { type FakesTurn, turnKey } from "../join.ts";

export class Timeline {
  readonly turns: Record<string, FakesTurn> = {};

  note(call: number, turn: number, what: keyof FakesTurn): void {
    const key = turnKey(call, turn);
    this.turns[key] ??= {};
    this.turns[key][what] ??= nowMs();
  }
}
