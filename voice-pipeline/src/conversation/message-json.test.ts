import { expect, it } from "vitest";
import { History } from "./history.ts";

/** What the model reads of its call, once that was answered. */
const told = (name: string, given: string) => {
  const history = new History();
  history.functions("", [{ call: { id: "1", name, arguments: given }, result: "noon" }]);
  const { beforeCaller, fromCaller } = history.read();
  return JSON.parse(`[${[...beforeCaller, ...fromCaller].join("").slice(1)}]`)[0];
};

it("tells a model of its call as it made it", () => {
  expect(told("book_table", '{"for":2}')).toEqual({
    role: "assistant",
    content: null,
    tool_calls: [{ id: "1", type: "function", function: { name: "book_table", arguments: '{"for":2}' } }],
  });
});

it.each(["", "{", '{"for":', "[]", "null", "2", '"two"'])(
  "tells of arguments that no server can read, %j, as none",
  (given) => expect(told("f", given).tool_calls[0].function.arguments).toBe("{}"),
);

it.each(["", "book a table", "x".repeat(65), "über"])(
  "tells of a name that no server takes, %j, as unknown",
  (name) => expect(told(name, "{}").tool_calls[0].function.name).toBe("unknown"),
);
