import { expect, it } from "vitest";
import { messageJson } from "./message-json.ts";

const told = (name: string, given: string) =>
  JSON.parse(messageJson({ role: "assistant", content: "", calls: [{ id: "1", name, arguments: given }] }));

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
