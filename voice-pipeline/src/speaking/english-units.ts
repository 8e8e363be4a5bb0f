/** Measures and fractions. Pure. */
import { given, number, type Reading, reading } from "./figure-reading.ts";
import { decimal, ordinal } from "./number-words.ts";

const units: Record<string, [one: string, many: string]> = {
  km: ["kilometre", "kilometres"],
  m: ["metre", "metres"],
  cm: ["centimetre", "centimetres"],
  mm: ["millimetre", "millimetres"],
  kg: ["kilogram", "kilograms"],
  g: ["gram", "grams"],
  mg: ["milligram", "milligrams"],
  ml: ["millilitre", "millilitres"],
  mph: ["mile an hour", "miles an hour"],
  "km/h": ["kilometre an hour", "kilometres an hour"],
  lb: ["pound", "pounds"],
  lbs: ["pound", "pounds"],
  ft: ["foot", "feet"],
  min: ["minute", "minutes"],
  "°C": ["degree Celsius", "degrees Celsius"],
  "°F": ["degree Fahrenheit", "degrees Fahrenheit"],
  "°": ["degree", "degrees"],
  "%": ["percent", "percent"],
};
const fractions: Record<string, string> = {
  "1/2": "one half",
  "1/3": "one third",
  "1/4": "a quarter",
  "3/4": "three quarters",
};

export const measures: readonly Reading[] = [
  reading(
    new RegExp(
      `(?<![\\w.,])(${number})(?:\\s?(km/h|km|cm|mm|kg|mg|ml|mph|lbs?|°C|°F|°|%)|\\s(m|g|ft|min))(?![\\w/])`,
      "g",
    ),
    (_, amount, one, other) => {
      const [single = "", many = ""] = units[one ?? given(other)] ?? [];
      return `${decimal(given(amount))} ${amount === "1" ? single : many}`;
    },
  ),
  reading(/(?<![\w.,/])([13])\/([234])(?![\w/])/g, (all) => fractions[given(all)] ?? null),
  reading(/\b(\d{1,4})(?:st|nd|rd|th)\b/g, (_, value) => ordinal(Number(value))),
];
