import { describe, expect, it } from "vitest";
import { speakable } from "./speakable.ts";

describe("digit by digit", () => {
  const us = "four one five, five five five, two six seven one";
  it.each([
    ["The number is 415-555-2671, call any time.", `The number is ${us}, call any time.`],
    ["The number is 415-555-2671,", `The number is ${us},`],
    ["Call +1 (415) 555-2671, please", `Call plus one, ${us}, please`],
    ["It is 415-555-2671", `It is ${us}`],
    ["It is 415-555-2671.", `It is ${us}.`],
    ["It is 415.555.2671; thanks", `It is ${us}; thanks`],
    ["Is it 415 555 2671?", `Is it ${us}?`],
    ["(it is 415-555-2671)", `(it is ${us})`],
    ["(415-555-2671)", `(${us})`],
    ["It is 555-2671.", "It is five five five, two six seven one."],
    ["It is 5. 415-555-2671 is mine.", `It is five. ${us} is mine.`],
    ["20-7946-0958 always works", "two zero, seven nine four six, zero nine five eight always works"],
    ["2345-6789 works", "two three four five, six seven eight nine works"],
  ])("of a telephone number %j is %j", (text, spoken) => expect(speakable(text)).toBe(spoken));

  it.each([
    "1-415-555-2671x",
    "12,345-555-2671",
    "B2-415-555-2671",
    "415-555-2671,000",
    "1234567890123456-1234567",
  ])("is never half a telephone number: %j", (text) =>
    expect(speakable(text)).not.toMatch(/five five five|one two three four five six seven$/),
  );

  it.each([
    ["Please call 988.", "Please call nine eight eight."],
    ["Call or text 988 for help", "Call or text nine eight eight for help"],
    ["Please call 911, now!", "Please call nine one one, now!"],
    ["call 911 or 988", "call nine one one or nine eight eight"],
    ["He called 911 at once", "He called nine one one at once"],
    ["Dial 112", "Dial one one two"],
    ["Ring 999 for an ambulance", "Ring nine nine nine for an ambulance"],
    ["Call 9-1-1", "Call nine one one"],
    ["In an emergency, 112 is free", "In an emergency, one one two is free"],
    ["the 988 Suicide & Crisis Lifeline", "the nine eight eight Suicide and Crisis Lifeline"],
    ["988.", "nine eight eight."],
    ["Samaritans are on 116 123.", "Samaritans are on one one six, one two three."],
    ["116 123 is free", "one one six, one two three is free"],
    ["Text HOME to 741741", "Text HOME to seven four one seven four one"],
    ["text 741741,", "text seven four one seven four one,"],
    ["Call me on 0800 123", "Call me on zero eight zero zero, one two three"],
    ["The number is 988?", "The number is nine eight eight?"],
    ["Your code is 482913.", "Your code is four eight two nine one three."],
    ["your code is: 482 913", "your code is: four eight two, nine one three"],
    ["area code 415", "area code four one five"],
    ["extension 4521", "extension four five two one"],
    ["Your PIN is 1234; keep it", "Your PIN is one two three four; keep it"],
    ["the PIN number 1234", "the PIN number one two three four"],
    ["zip code 94103", "zip code nine four one zero three"],
    ["ZIP 94103-1234", "ZIP nine four one zero three, one two three four"],
    ["The code for the door is 4821.", "The code for the door is four eight two one."],
    ["The number to call is 116123", "The number to call is one one six one two three"],
    ["call 988 24/7", "call nine eight eight twenty-four seven"],
    [
      "Contact 112 or (415) 555-2671",
      "Contact one one two or four one five, five five five, two six seven one",
    ],
    ["the postcode is 10115", "the postcode is one zero one one five"],
  ])("of a short number %j is %j", (text, spoken) => expect(speakable(text)).toBe(spoken));

  it.each([
    ["I have 999 apples", "I have nine hundred and ninety-nine apples"],
    ["It makes 112.", "It makes one hundred and twelve."],
    ["The police found 112 guns", "The police found one hundred and twelve guns"],
    ["in 988 AD", "in nine hundred and eighty-eight AD"],
    ["call 3 friends", "call three friends"],
    ["Call 200 people", "Call two hundred people"],
    ["call 100 or 200 people", "call one hundred or two hundred people"],
    ["text 250 other people", "text two hundred and fifty other people"],
    ["text 2 people", "text two people"],
    ["The number is 250 more", "The number is two hundred and fifty more"],
    ["I would call 2024 a good year", "I would call two thousand and twenty-four a good year"],
    ["call me at 7", "call me at seven"],
    ["call me at 10:30", "call me at ten thirty"],
    ["call in 20 minutes", "call in twenty minutes"],
    ["They call 1,000 a day", "They call one thousand a day"],
    ["number 7 and code 7", "number seven and code seven"],
    ["The number is 300% higher", "The number is three hundred percent higher"],
    ["the number of guests is 250", "the number of guests is two hundred and fifty"],
    ["a book called 1984", "a book called one thousand nine hundred and eighty-four"],
    ["room 305", "room three hundred and five"],
    ["1999", "nineteen ninety-nine"],
  ])("is an amount, not a telephone number: %j is %j", (text, spoken) =>
    expect(speakable(text)).toBe(spoken),
  );
});
