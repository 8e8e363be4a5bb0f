import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { speakable } from "./speakable.ts";

describe("what is said", () => {
  it.each([
    // no markdown, no emoji
    ["**Hi** 👋🏽 see [this](https://a.b)!", "Hi see this!"],
    ["# Plan\n- first\n- second", "Plan first second"],
    ["a _very_ `big` ~~day~~", "a very big day"],
    // addresses
    ["at https://callmeback.example.", "at callmeback dot example."],
    ["Go to www.example.com/help-me, now", "Go to www dot example dot com slash help dash me, now"],
    ["Write to sam.lee@example.org!", "Write to sam dot lee at example dot org!"],
    // numbers
    ["I have 3 cats and 21 fish.", "I have three cats and twenty-one fish."],
    ["It is 3.5 miles.", "It is three point five miles."],
    [
      "1,234,567 people",
      "one million two hundred and thirty-four thousand five hundred and sixty-seven people",
    ],
    ["1984 people", "one thousand nine hundred and eighty-four people"],
    ["It is -5 outside", "It is minus five outside"],
    ["the 1st, 22nd and 113th", "the first, twenty-second and one hundred and thirteenth"],
    ["about 50%", "about fifty percent"],
    ["20°C and 5 km away", "twenty degrees Celsius and five kilometres away"],
    ["1/2 of it", "one half of it"],
    ["2-3 days", "two to three days"],
    ["12 * 7 = 84", "twelve seven equals eighty-four"],
    ["code 004512", "code zero zero four five one two"],
    ["#5", "number five"],
    // money
    ["It costs $3.50.", "It costs three dollars and fifty cents."],
    ["$1", "one dollar"],
    ["$0.99", "ninety-nine cents"],
    ["£1.01 or €20", "one pound and one penny or twenty euros"],
    ["20€", "twenty euros"],
    ["$1,200.05", "one thousand two hundred dollars and five cents"],
    ["$2.5 million", "two point five million dollars"],
    ["$0.25 and $0.40 a minute", "twenty-five cents and forty cents a minute"],
    // times
    ["It is 12:30.", "It is twelve thirty."],
    ["at 9:05 am", "at nine oh five AM"],
    ["at 9:05 p.m. today", "at nine oh five PM today"],
    ["at 10:00", "at ten o'clock"],
    ["by 5pm", "by five PM"],
    ["at 21:15", "at nine fifteen PM"],
    ["at 00:30", "at twelve thirty AM"],
    ["score 30:70", "score thirty:seventy"],
    // dates
    ["Saturday 21 November at 8:04 am", "Saturday the twenty-first of November at eight oh four AM"],
    ["on November 21, 2026.", "on November twenty-first, twenty twenty-six."],
    ["on Dec. 3", "on December third"],
    ["2026-11-21", "November twenty-first, twenty twenty-six"],
    ["in 1984", "in nineteen eighty-four"],
    ["since 2005, and by 1900", "since two thousand and five, and by nineteen hundred"],
    ["the 1990s", "the nineteen nineties"],
    ["You may 5 times", "You may five times"],
    // telephone numbers
    ["Call +1 (415) 555-2671.", "Call plus one, four one five, five five five, two six seven one."],
    ["Call 415-555-2671 now", "Call four one five, five five five, two six seven one now"],
    ["Dial 9 8 8", "Dial nine eight eight"],
    // nothing to do
    ["Well, I am fine. And you?", "Well, I am fine. And you?"],
    ["B12 and MP3", "B12 and MP3"],
  ])("%j is %j", (text, spoken) => expect(speakable(text)).toBe(spoken));

  it.each([
    ["The van leaves at 10:30", "The van leaves at ten thirty"],
    ["Your van will be there at 9:05.", "Your van will be there at nine oh five."],
    ["Los Angeles is 3 hours away.", "Los Angeles is three hours away."],
    ["We meet in Las Vegas by 5pm", "We meet in Las Vegas by five PM"],
    ["That is 50% of what the con man took", "That is fifty percent of what the con man took"],
  ])("is English though a word of it is at home elsewhere too: %j", (text, spoken) =>
    expect(speakable(text)).toBe(spoken),
  );

  it.each([
    ...["Es ist 12:30.", "Das kostet 3 Euro.", "Son las 3.", "今天是3月5日。", "C'est à 5 km."],
    ...["De trein van 10:30", "Het is 12:30.", "Le train part dans 5 minutes.", "Das Haus hat 3 Zimmer."],
    ...["Sono le 9:05.", "Van 3 tot 5", "Der Van kommt um 10:30"],
  ])("of another language keeps its figures: %j", (text) => expect(speakable(text)).toBe(text));

  it("holds no figures any more, whatever amount, day or time it is", () => {
    const figure = fc.oneof(
      fc.integer({ min: 0, max: 999_999_999 }).map(String),
      fc.integer({ min: 0, max: 99_999 }).map((cents) => `$${(cents / 100).toFixed(2)}`),
      fc.tuple(fc.nat(23), fc.nat(59)).map(([h, m]) => `${h}:${String(m).padStart(2, "0")}`),
      fc
        .date({ min: new Date("1900-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10)),
    );
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 4 }), (figures) => {
        expect(speakable(figures.join(" and "))).not.toMatch(/[\d$]/);
      }),
      { numRuns: 500 },
    );
  });

  it("is made of anything without an exception, and soon", () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom("1", ".", ",", "-", " ", "(", "$", ":", "a@b.c", "://", "0"),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 200 }), (parts) => {
        speakable(parts.join(""));
      }),
      { numRuns: 300 },
    );
  });
});
