import { ownFunctionNames } from "@callmeback/shared/domain/functions";
import { expect, it } from "vitest";
import { callThatRings } from "../testing/pipeline.ts";
import { callFunction, toolsOf } from "./functions.ts";

const { session } = callThatRings("0199aa00-0000-7000-8000-000000000001");
const withLookup = {
  ...session,
  persona: {
    ...session.persona,
    functions: [
      {
        name: "get_order_status",
        description: "Tells where an order is.",
        parameters: {
          order: { type: "string" as const, description: "Its number.", required: true },
          size: { type: "string" as const, description: "Of the parcel.", enum: ["small"], required: false },
        },
      },
    ],
  },
};
const nobody = () => Promise.reject(new Error("not asked"));
const ask = (name: string, given = "{}", askMaker: Parameters<typeof callFunction>[2] = nobody) =>
  callFunction({ id: "1", name, arguments: given }, withLookup, askMaker);

it("tells the model what every persona can do, and what this one can by its maker", () => {
  const tools = toolsOf(withLookup.persona);
  expect(tools.map((tool) => tool.function.name)).toEqual([...ownFunctionNames, "get_order_status"]);
  expect(tools.at(-1)?.function.parameters).toEqual({
    type: "object",
    properties: {
      order: { type: "string", description: "Its number." },
      size: { type: "string", description: "Of the parcel.", enum: ["small"] },
    },
    required: ["order"],
    additionalProperties: false,
  });
});

it("works out by itself what every persona can", async () => {
  expect(await ask("calculate", '{"expression":"6 * 7"}')).toEqual({ ok: true, result: "42" });
  expect((await ask("get_current_time")).ok).toBe(true);
  for (const given of ['{"expression":"6 *"}', '{"expression":7}', "six"])
    expect(await ask("calculate", given)).toEqual({
      ok: false,
      result: expect.stringMatching(/^error: .*did not work\.$/),
    });
});

it("has the maker asked for what only they can, as the model wrote it", async () => {
  const asked: object[] = [];
  const answer = await ask("get_order_status", '{"order":"7"}', async (wish) => {
    asked.push(wish);
    return { ok: true, result: "sent" };
  });
  expect(answer).toEqual({ ok: true, result: "sent" });
  expect(asked).toEqual([{ name: "get_order_status", arguments: '{"order":"7"}' }]);
});

it("says in words that nobody could be asked, and that there is no such function", async () => {
  for (const name of ["get_order_status", "order_a_pizza"])
    expect(await ask(name)).toEqual({
      ok: false,
      result: expect.stringMatching(/^error: .*Say in your own words/),
    });
});
