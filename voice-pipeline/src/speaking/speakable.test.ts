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
    ["15 - 8 = 7", "fifteen minus eight equals seven"],
    ["12 * 7 = 84", "twelve times seven equals eighty-four"],
    ["12*7=84", "twelve times seven equals eighty-four"],
    ["3 x 4 + 2 = 14", "three times four plus two equals fourteen"],
    ["(2 + 3) * 4 = 20", "(two plus three) times four equals twenty"],
    ["24-7 = 17", "twenty-four minus seven equals seventeen"],
    ["84 / 7 = 12, you see", "eighty-four divided by seven equals twelve, you see"],
    ["8 - 15 = -7", "eight minus fifteen equals minus seven"],
    [
      "2024 - 1990 = 34",
      "two thousand and twenty-four minus one thousand nine hundred and ninety equals thirty-four",
    ],
    ["$20 - $5 = $15", "twenty dollars minus five dollars equals fifteen dollars"],
    ["What is 15 - 8?", "What is fifteen minus eight?"],
    ["pi is 3.14159265", "pi is three point one four one five nine two six five"],
    ["It is 12345.67.", "It is twelve thousand three hundred and forty-five point six seven."],
    ["It is -5°C, or -$5", "It is minus five degrees Celsius, or minus five dollars"],
    // no sum
    ["**3** apples and *4* pears", "three apples and four pears"],
    ["Plan:\n- 3 eggs\n- 2 cups", "Plan: three eggs two cups"],
    ["They won 3 - 2.", "They won three - two."],
  ])("of a sum %j is %j", (text, spoken) => expect(speakable(text)).toBe(spoken));

  it.each([
    ["It costs $20-30.", "It costs twenty to thirty dollars."],
    ["$20 – $30", "twenty to thirty dollars"],
    ["$1.50-2", "one dollar and fifty cents to two dollars"],
    ["$2-3 million", "two to three million dollars"],
    ["$20k-30k", "twenty thousand to thirty thousand dollars"],
    ["$20-30k, $2b-3b", "twenty to thirty thousand dollars, two billion to three billion dollars"],
    ["$20-a-month", "twenty dollars-a-month"],
    ["from 5-7pm", "from five to seven PM"],
    ["9am-5pm", "nine AM to five PM"],
    ["10:30 - 11:30", "ten thirty to eleven thirty"],
    [
      "20-25°C, 20°C–25°C",
      "twenty to twenty-five degrees Celsius, twenty degrees Celsius to twenty-five degrees Celsius",
    ],
    ["10-15% or 10%-15%", "ten to fifteen percent or ten percent to fifteen percent"],
    ["5-10 km", "five to ten kilometres"],
    ["May 3-5", "May third to fifth"],
    ["on May 3–5, 2026.", "on May third to fifth, twenty twenty-six."],
    ["3-5 May", "the third to fifth of May"],
    ["May 3-June 5", "May third to June fifth"],
    ["May 5 - June 6", "May fifth to June sixth"],
    ["the 4th-6th", "the fourth to sixth"],
    ["9am - 5pm, 24-7-365", "nine AM to five PM, twenty-four seven three sixty-five"],
    ["It has 3000000 users", "It has three million users"],
    ["Dinner - 7pm", "Dinner - seven PM"],
    ["the 1914-1918 war", "the nineteen fourteen to nineteen eighteen war"],
    ["1914-1918 was a bad time", "nineteen fourteen to nineteen eighteen was a bad time"],
    ["2023 - 2024", "twenty twenty-three to twenty twenty-four"],
    ["in 2023–24.", "in twenty twenty-three to twenty-four."],
    ["from 1914 to 1918", "from nineteen fourteen to nineteen eighteen"],
    ["between 1914 and 1918", "between nineteen fourteen and nineteen eighteen"],
    ["the 2023-2024 results", "the twenty twenty-three to twenty twenty-four results"],
    ["In 2024 Paris was hot", "In twenty twenty-four Paris was hot"],
    ["1500-2000 people", "one thousand five hundred to two thousand people"],
    ["10000-15000 of them", "ten thousand to fifteen thousand of them"],
    [
      "1250-1375 calories",
      "one thousand two hundred and fifty to one thousand three hundred and seventy-five calories",
    ],
    ["2-3 days", "two to three days"],
    ["1,000 - 2,000", "one thousand to two thousand"],
    // no range
    ["a 12-month plan", "a twelve-month plan"],
    ["a 10-year-old", "a ten-year-old"],
    ["open 24-7 or 24/7", "open twenty-four seven or twenty-four seven"],
    ["A-4, F-16 and covid-19", "A-four, F-sixteen and covid-nineteen"],
    ["9-11", "nine to eleven"],
    ["It was in 2020 — 5 years ago", "It was in twenty twenty — five years ago"],
    ["I was born in 1984. 2000 was good", "I was born in nineteen eighty-four. two thousand was good"],
  ])("of a range %j is %j", (text, spoken) => expect(speakable(text)).toBe(spoken));

  it.each([
    ["$3.5 trillion", "three point five trillion dollars"],
    ["$1T, $3tn and $4 tn", "one trillion dollars, three trillion dollars and four trillion dollars"],
    ["$2B or €3bn", "two billion dollars or three billion euros"],
    ["£5M, $5m", "five million pounds, five million dollars"],
    ["a $5-million house", "a five million dollars house"],
    ["a $20 T-shirt, a $20 B&B", "a twenty dollars T-shirt, a twenty dollars B&B"],
    ["No. 20 minutes is enough.", "No. twenty minutes is enough."],
    ["The answer is no. 3 people came.", "The answer is no. three people came."],
    ["No. 1 minute, no. 20-30 minutes", "No. one minute, no. twenty to thirty minutes"],
    ["No. 3pm is late.", "No. three PM is late."],
    ["No. 5 is alive, and no. 6 too.", "number five is alive, and number six too."],
  ])("of an amount %j is %j", (text, spoken) => expect(speakable(text)).toBe(spoken));

  it.each([
    ["The van leaves at 10:30", "The van leaves at ten thirty"],
    ["Your van will be there at 9:05.", "Your van will be there at nine oh five."],
    ["Los Angeles is 3 hours away.", "Los Angeles is three hours away."],
    ["We meet in Las Vegas by 5pm", "We meet in Las Vegas by five PM"],
    ["That is 50% of what the con man took", "That is fifty percent of what the con man took"],
    ["Ludwig van Beethoven wrote 9 symphonies", "Ludwig van Beethoven wrote nine symphonies"],
    ["We meet at 10:30 EST", "We meet at ten thirty EST"],
    ["José, you are 3 days early", "José, you are three days early"],
    ["Pour 2 cups", "Pour two cups"],
    ["We've 3 cafés in Big Sur", "We've three cafés in Big Sur"],
    ["Meet the 3 tapas y vinos people", "Meet the three tapas y vinos people"],
    ["I can see 5 µm", "I can see five µm"],
    ["Write to los@los.es or 3 others", "Write to los at los dot es or three others"],
  ])("is English though a word of it is at home elsewhere too: %j", (text, spoken) =>
    expect(speakable(text)).toBe(spoken),
  );

  it.each([
    ...["Es ist 12:30.", "Das kostet 3 Euro.", "Son las 3.", "今天是3月5日。", "C'est à 5 km."],
    ...["De trein van 10:30", "Het is 12:30.", "Le train part dans 5 minutes.", "Das Haus hat 3 Zimmer."],
    ...["Sono le 9:05.", "Van 3 tot 5", "Der Van kommt um 10:30", "Wir treffen uns am 3. Mai."],
    ...["Danach kommen 25 Leute", "Was kostet das, 25 Euro?", "Costa 15 euro", "Dat kost 25 euro"],
    ...["Tenemos 3 habitaciones para ustedes", "Nous sommes 25", "Custa 25 euros e mais nada"],
    ...["C'est 25 de plus", "J'ai 25 ans", "Où? À 3 heures", "I bambini hanno 3 anni e sono due"],
    ...["Abbiamo 3 camere", "Wij zijn met 25", "Ich liebe die Beatles seit 25 Jahren"],
  ])("of another language keeps its figures: %j", (text) => expect(speakable(text)).toBe(text));

  it("is read out in the language of what came before, when it does not tell by itself", () => {
    expect([speakable("25 Gramm"), speakable("25 Gramm", false)]).toEqual(["twenty-five Gramm", "25 Gramm"]);
    expect([speakable("It is 25.", false), speakable("Es sind 25.", true)]).toEqual([
      "It is twenty-five.",
      "Es sind 25.",
    ]);
  });

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

  it.each([
    ...[
      "1",
      "1-",
      "1,",
      "1 ",
      "1 - ",
      "1-,",
      "1.",
      "1(",
      "(",
      "-",
      " ",
      "call 1",
      "1*",
      "1 = ",
      "$1-",
      "a-1.",
    ],
    ...["é", "a", "May 3-", "5pm-", "12:30-", "No. 1"],
  ])("is soon made of very many %j", (part) => {
    speakable(part.repeat(100_000 / part.length));
  });
});
