import { describe, expect, test } from "vitest";
import { functionFields } from "./functions.ts";

const parameter = { type: "string", description: "The order's number." };
const good = {
  name: "get_order_status",
  description: "Tells where an order is.",
  parameters: { order: parameter },
  url: "https://example.com/orders?of=me",
};

const faultsOf = (functions: unknown): string[] =>
  (functionFields.safeParse(functions).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")} ${message}`,
  );

test("a function is taken as it is declared, parameters wanted unless told otherwise", () => {
  expect(functionFields.parse([good, { ...good, name: "other", parameters: undefined }])).toEqual([
    { ...good, parameters: { order: { ...parameter, required: true } } },
    { ...good, name: "other", parameters: {} },
  ]);
});

describe("what is not taken says why", () => {
  test.each([
    ["a name of our own", { name: "end_call" }, "0.name must not be get_current_time, calculate, end_call"],
    ["a name that a model could not call", { name: "Get Status" }, "0.name must be 3 to 40"],
    ["no description", { description: "" }, "0.description must have at least 10"],
    [
      "a nested parameter",
      { parameters: { order: { ...parameter, type: "object" } } },
      "0.parameters.order.type must be string",
    ],
    ["an odd parameter's name", { parameters: { "the order": parameter } }, "0.parameters.the order"],
    [
      "a choice of numbers",
      { parameters: { order: { ...parameter, type: "number", enum: ["1"] } } },
      "0.parameters.order.enum must only be given for a string",
    ],
    [
      "nine parameters",
      { parameters: Object.fromEntries([..."abcdefghi"].map((name) => [name, parameter])) },
      "0.parameters must be at most 8 parameters",
    ],
    ["a field that nobody knows", { method: "GET" }, "0 "],
  ])("%s", (_, change, fault) => {
    expect(faultsOf([{ ...good, ...change }])).toEqual([expect.stringContaining(fault)]);
  });

  test.each([
    "example.com/orders",
    "http://example.com/orders",
    "http://10.0.0.1/",
    "https://ada:secret@example.com/",
    "ftp://example.com/",
    "javascript:alert(1)",
  ])("the address %s", (url) => {
    expect(faultsOf([{ ...good, url }])).toEqual([expect.stringContaining("0.url must be an https address")]);
  });

  test("two of one name, or nine", () => {
    expect(faultsOf([good, good])).toEqual([" must have different names"]);
    const nine = Array.from({ length: 9 }, (_, index) => ({ ...good, name: `number_${index}` }));
    expect(faultsOf(nine)).toEqual([" must be at most 8 functions"]);
  });

  test("but for plain HTTP to the machine of who tries it out", () => {
    for (const url of ["http://localhost:3000/", "http://127.0.0.1/x", "http://[::1]:8/"])
      expect(faultsOf([{ ...good, url }])).toEqual([]);
  });
});
