/** What goes to the model over the wire, as an OpenAI-compatible server on loopback reads it. */
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { expect, it } from "vitest";
import { think } from "./llm.ts";

it("sends the words said before a function together with its call", async () => {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await json(request));
    response.writeHead(200, { "content-type": "text/event-stream" }).end("data: [DONE]\n\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const config = { baseUrl: `http://127.0.0.1:${port}`, apiKey: "k", model: "m" };
  const calls = [{ id: "1", name: "get_current_time", arguments: "{}" }];
  const ignore = () => {};
  await think(
    config,
    [
      { role: "assistant", content: "Let me look.", calls },
      { role: "tool", callId: "1", content: "noon" },
      { role: "assistant", content: "", calls },
    ],
    new AbortController().signal,
    { token: ignore, done: ignore, fault: ignore, failed: ignore },
  );
  server.close();
  expect(bodies).toMatchObject([
    {
      messages: [
        { role: "assistant", content: "Let me look.", tool_calls: [{ id: "1", type: "function" }] },
        { role: "tool", tool_call_id: "1", content: "noon" },
        { role: "assistant", content: null },
      ],
    },
  ]);
});
