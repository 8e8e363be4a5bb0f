/** An OpenAI-compatible model that streams: it answers the newest question with a sentence that names it, at a model's pace. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { nowMs } from "../clock.ts";
import { pace } from "./pace.ts";
import type { Timeline } from "./timeline.ts";
import { answer, questionIn } from "./wording.ts";

const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: "bench", object: "chat.completion.chunk", created: 0, model: "bench", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const usage = `data: ${JSON.stringify({ id: "bench", object: "chat.completion.chunk", created: 0, model: "bench", choices: [], usage: { prompt_tokens: 100, completion_tokens: 25, total_tokens: 125 } })}\n\ndata: [DONE]\n\n`;

export const answerChat = async (
  request: IncomingMessage,
  response: ServerResponse,
  timeline: Timeline,
): Promise<void> => {
  const asked = questionIn(await text(request));
  const askedAt = nowMs();
  if (asked) timeline.note(asked.call, asked.turn, "llmAt");
  const { tokens, sentenceEnd } = asked
    ? answer(asked.call, asked.turn)
    : { tokens: ["I ", "hear ", "you."], sentenceEnd: 2 };
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  let next = 0;
  const write = (): void => {
    if (response.destroyed) return;
    for (
      ;
      next < tokens.length && askedAt + pace.firstTokenMs + next * pace.tokenMs <= nowMs() + 0.5;
      next += 1
    ) {
      if (next === sentenceEnd && asked) timeline.note(asked.call, asked.turn, "clauseAt");
      response.write(chunk({ content: tokens[next] }, null));
    }
    if (next < tokens.length) {
      setTimeout(write, Math.max(1, askedAt + pace.firstTokenMs + next * pace.tokenMs - nowMs()));
      return;
    }
    response.end(chunk({}, "stop") + usage);
  };
  setTimeout(write, pace.firstTokenMs);
};
