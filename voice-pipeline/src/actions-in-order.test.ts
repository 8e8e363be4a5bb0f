import { setImmediate as loopTurns } from "node:timers/promises";
import { expect, it } from "vitest";
import { ActionsInOrder } from "./actions-in-order.ts";
import type { Action } from "./conversation/events.ts";
import { History } from "./conversation/history.ts";

const think: Action = { type: "think", request: 1, history: new History().read(), remainingSeconds: 60 };
const say = (text: string): Action => ({ type: "say", utterance: 1, text });

const open = () => {
  const done: string[] = [];
  const actions: ActionsInOrder = new ActionsInOrder((action) => {
    done.push(action.type === "say" ? action.text : action.type);
    // Node sends what was asked of it in its next tick.
    if (action.type === "think") process.nextTick(() => done.push("sent"));
    if (action.type === "hold") actions.do([say("held"), think]);
  });
  return { actions, done };
};
const hold: Action = { type: "hold", utterance: 1 };

it("asks the model before all else, and does the rest once the question has left", async () => {
  const { actions, done } = open();
  actions.do([say("one"), say("two"), think]);
  actions.afterwards(() => done.push("after"));
  expect(done).toEqual(["think"]);
  await loopTurns();
  expect(done).toEqual(["think", "sent", "one", "two", "after"]);
});

it("does at once what no question comes with", () => {
  const { actions, done } = open();
  actions.do([say("one"), say("two")]);
  actions.afterwards(() => done.push("after"));
  actions.do([think]);
  expect(done).toEqual(["one", "two", "after", "think"]);
});

it("does what was decided before what is decided later", async () => {
  const { actions, done } = open();
  actions.do([say("one"), think]);
  actions.do([say("two"), think]);
  actions.do([say("three")]);
  await loopTurns();
  expect(done.filter((each) => each !== "sent")).toEqual(["think", "one", "think", "two", "three"]);
});

it("does nothing of what is forgotten", async () => {
  const { actions, done } = open();
  actions.do([say("one"), think]);
  actions.forget();
  await loopTurns();
  expect(done).toEqual(["think", "sent"]);
});

it("does what an action led to before the next one", async () => {
  const { actions, done } = open();
  actions.do([hold, say("one")]);
  expect(done).toEqual(["hold", "think", "held", "one"]);
  await loopTurns();
  expect(done).toEqual(["hold", "think", "held", "one", "sent"]);
});
