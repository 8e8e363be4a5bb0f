import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { LiveWordsFeed } from "./live-words.ts";

const feed = (isWatched = true) => {
  const shown: string[] = [];
  let answer: (isWatched: boolean) => void = () => {};
  const clock = { ms: 0 };
  const words = new LiveWordsFeed({
    show: ({ speaker, text }) => {
      shown.push(`${speaker}: ${text}`);
      return new Promise((resolve) => {
        answer = () => resolve(isWatched);
      });
    },
    now: () => clock.ms,
  });
  const answered = async () => {
    answer(isWatched);
    await turn();
  };
  return { words, shown, clock, answered };
};

it("shows the newest words, one request at a time, and nothing twice", async () => {
  const { words, shown, answered } = feed();
  words.tell("caller", "I");
  words.tell("caller", "I would");
  words.tell("caller", "I would like");
  expect(shown).toEqual(["caller: I"]);
  await answered();
  expect(shown).toEqual(["caller: I", "caller: I would like"]);
  words.tell("caller", "I would like");
  await answered();
  expect(shown).toHaveLength(2);
});

it("asks ever more rarely while nobody watches, and forgets what was said meanwhile", async () => {
  const { words, shown, clock, answered } = feed(false);
  words.tell("persona", "One");
  await answered();
  words.tell("persona", "One two");
  expect(shown).toHaveLength(1);
  clock.ms = 3_000;
  words.tell("persona", "One two three");
  expect(shown).toEqual(["persona: One", "persona: One two three"]);
  await answered();
  const asked = [];
  for (clock.ms = 3_020; clock.ms <= 60_000; clock.ms += 20) {
    const before = shown.length;
    words.tell("persona", `${clock.ms}`);
    await answered();
    if (shown.length > before) asked.push(clock.ms);
  }
  expect(asked).toEqual([9_000, 21_000, 33_000, 45_000, 57_000]);
});
