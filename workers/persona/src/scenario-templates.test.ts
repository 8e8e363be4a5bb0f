import { contract } from "@callmeback/shared/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addPerson, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import {
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  updateTemplate,
} from "./scenario-templates.ts";

let database: TestDatabase;
let person: Person;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  person = await addPerson(database);
});

const context = (who = person) => ({ actor: who.actor, requestId: "test-request" });
const db = () => database.as("persona");
const parse = (input: object) =>
  contract.createScenarioTemplate.body.parse({ ...contract.createScenarioTemplate.example.body, ...input });
const create = async (input: object = {}) =>
  (await createTemplate(db(), context(), parse(input))).scenario_template;

describe("a template's declaration", () => {
  const faults = (input: object) => {
    const all = { ...contract.createScenarioTemplate.example.body, ...input };
    return contract.createScenarioTemplate.body
      .safeParse(all)
      .error?.issues.map(({ path }) => path.join("."));
  };

  test("names every variable that its texts ask for, each once", () => {
    expect(faults({ opening: "Hello {{nobody}}" })).toEqual(["opening"]);
    const topic = { name: "topic", label: "l", required: true, example: "e" };
    expect(faults({ variables: [topic, topic] })).toEqual(["variables.1.name"]);
    expect(faults({ variables: [{ ...topic, name: "Topic" }] })).toContain("variables.0.name");
  });

  test("is changed with its variables or not at all", () => {
    const change = (input: object) =>
      contract.updateScenarioTemplate.body.safeParse(input).error?.issues.map(({ path }) => path.join("."));
    expect(change({ instructions: "Twenty letters and {{topic}}." })).toEqual(["variables"]);
    expect(change({ variables: [] })).toEqual(["opening", "instructions"]);
    expect(change({ instructions: "Twenty letters and no variable." })).toBeUndefined();
  });
});

test("what is public is seen by all and changed by its owner alone", async () => {
  const mine = await create({ is_public: true });
  const hidden = await create({ name: "For me alone" });
  const stranger = context(await addPerson(database));
  expect((await getTemplate(db(), stranger, mine.id)).scenario_template.name).toBe(mine.name);
  await expect(getTemplate(db(), stranger, hidden.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(updateTemplate(db(), stranger, mine.id, { name: "Mine now" })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  await expect(deleteTemplate(db(), stranger, mine.id)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(deleteTemplate(db(), stranger, hidden.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("the system's are there for everybody and read-only", async () => {
  const { scenario_templates } = await listTemplates(db(), context(), {});
  const system = scenario_templates.filter(({ created_by }) => created_by === "system");
  expect(system.length).toBeGreaterThanOrEqual(12);
  for (const template of system) {
    const { id: _, created_by: __, created_at: ___, ...written } = template;
    expect(contract.createScenarioTemplate.body.safeParse(written).error).toBeUndefined();
  }
  const id = system[0]?.id ?? "";
  await expect(updateTemplate(db(), context(), id, { name: "Mine now" })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

test("changes what is given, and a name is used once", async () => {
  const { id } = await create();
  await create({ name: "Another one" });
  const changed = await updateTemplate(db(), context(), id, { opening: null, is_public: true });
  expect(changed.scenario_template).toMatchObject({ opening: null, is_public: true, category: "practice" });
  await expect(updateTemplate(db(), context(), id, { name: "ANOTHER ONE" })).rejects.toMatchObject({
    code: "DUPLICATE_NAME",
  });
});

test("at most a hundred, also when they come at once", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 110 }, (_, n) => create({ name: `Template ${n}` })),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(100);
  await expect(create({ name: "One more" })).rejects.toMatchObject({ code: "MAX_TEMPLATES" });
});
