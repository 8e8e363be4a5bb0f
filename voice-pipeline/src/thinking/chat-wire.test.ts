import { expect, it } from "vitest";
import { requestBody } from "./chat-wire.ts";

const sent = (name: string, given: string) => {
  const call = { id: "1", name, arguments: given };
  const messages = [
    { role: "user" as const, content: "What time is it?" },
    { role: "assistant" as const, content: "", calls: [call] },
    { role: "tool" as const, callId: "1", content: "noon" },
  ];
  return JSON.parse(requestBody("m", { messages, tools: [] })).messages[1].tool_calls[0];
};

it("tells a model of its call as it made it", () => {
  expect(sent("book_table", '{"for":2}')).toEqual({
    id: "1",
    type: "function",
    function: { name: "book_table", arguments: '{"for":2}' },
  });
});

it.each(["", "{", '{"for":', "[]", "null", "2", '"two"'])(
  "tells of arguments that no server can read, %j, as none",
  (given) => expect(sent("f", given).function.arguments).toBe("{}"),
);

it.each(["", "book a table", "x".repeat(65), "über"])(
  "tells of a name that no server takes, %j, as unknown",
  (name) => expect(sent(name, "{}").function.name).toBe("unknown"),
);
