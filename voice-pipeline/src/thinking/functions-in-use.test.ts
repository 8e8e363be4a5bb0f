import { expect, it } from "vitest";
import type { Entry } from "../journal/journal.ts";
import type { FunctionAnswer } from "../mesh.ts";
import { callThatRings } from "../testing/pipeline.ts";
import { FunctionsInUse } from "./functions-in-use.ts";

const { session } = callThatRings("0199aa00-0000-7000-8000-000000000001");
const declared = { name: "book_table", description: "Books a table.", parameters: {} };
const persona = { ...session.persona, functions: [declared] };
const booking = (id: string) => ({ id, name: "book_table", arguments: "{}" });

const begin = () => {
  const written: Entry[] = [];
  const answers: ((answer: FunctionAnswer) => void)[] = [];
  const functions = new FunctionsInUse({
    session: { ...session, persona },
    journal: { append: (entry) => written.push(entry) },
    askMaker: () => new Promise((resolve) => answers.push(resolve)),
  });
  return { functions, written, answers };
};

it("tells the model what came of it, and writes it down", async () => {
  const { functions, written, answers } = begin();
  const told = functions.use(booking("1"));
  answers[0]?.({ ok: true, result: "Booked for eight." });
  expect(await told).toBe("Booked for eight.");
  expect(written).toMatchObject([
    { type: "function", name: "book_table", result: "Booked for eight.", ok: true },
  ]);
});

it("writes down what was asked and had not answered when the call ended, and tells nobody when it does", async () => {
  const { functions, written, answers } = begin();
  const told = ["1", "2"].map((id) => functions.use(booking(id)));
  answers[0]?.({ ok: true, result: "Booked for eight." });
  expect(await told[0]).toBe("Booked for eight.");
  functions.end();
  const late = {
    type: "function",
    ok: false,
    result: expect.stringMatching(/^error: the call ended first\./),
  };
  expect(written).toMatchObject([{ ok: true }, late]);
  answers[1]?.({ ok: true, result: "Booked for nine." });
  expect(await told[1]).toBeNull();
  functions.end();
  expect(written).toHaveLength(2);
});
