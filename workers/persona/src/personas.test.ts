import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addPerson, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { createPersona, getPersona, listPersonas } from "./personas.ts";

let database: TestDatabase;
let person: Person;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  person = await addPerson(database);
});

const own = (who = person) => ({ actor: who.actor, requestId: "test-request" });
const nobody = { actor: { kind: "anonymous" as const }, requestId: "test-request" };
const page = { page: 1, limit: 100, sort: "name_asc" as const };
const list = (context: Parameters<typeof listPersonas>[1], more = {}) =>
  listPersonas(database.as("persona"), context, { ...page, ...more });
const create = (name: string, more = {}) =>
  createPersona(database.as("persona"), own(), {
    name,
    description: "A persona for tests",
    voice: "rachel",
    system_prompt: "You are a persona for tests.",
    is_public: false,
    tags: ["quiet"],
    ...more,
  });
const upgrade = () =>
  database
    .as("auth")
    .transact({ kind: "system" }, [
      { text: "update users set plan = 'premium' where id = $1", values: [person.actor.userId] },
    ]);

test("nobody in particular sees the public ones, the owner sees their own too", async () => {
  const before = (await list(nobody)).pagination.total;
  const { persona } = await create("Secret Friend");
  expect((await list(nobody)).pagination.total).toBe(before);
  expect((await list(own())).personas.map(({ id }) => id)).toContain(persona.id);
  const stranger = await addPerson(database);
  await expect(getPersona(database.as("persona"), own(stranger), persona.id)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("search finds by name, description and tag, and takes wildcards as letters", async () => {
  await create("日本の友だち", { description: "Speaks 100% slowly", tags: ["japanese"] });
  for (const search of ["日本", "100% s", "japanese", "SLOWLY"]) {
    expect((await list(own(), { search })).personas.map(({ name }) => name)).toEqual(["日本の友だち"]);
  }
  expect((await list(own(), { search: "1%s" })).personas).toEqual([]);
});

test("tags, owner and visibility narrow the list; pages do not overlap", async () => {
  await create("Tagged One", { tags: ["quiet", "odd"] });
  await create("Tagged Two");
  expect((await list(own(), { tags: ["quiet", "odd"] })).personas).toHaveLength(1);
  expect((await list(own(), { created_by: person.actor.userId })).pagination.total).toBe(2);
  expect((await list(own(), { is_public: false })).pagination.total).toBe(2);
  expect(
    (await list(own(), { created_by: "system" })).personas.every((one) => one.created_by === "system"),
  ).toBe(true);
  const mine = { created_by: person.actor.userId, limit: 1 };
  const names = [await list(own(), mine), await list(own(), { ...mine, page: 2 })].map(
    (one) => one.personas[0]?.name,
  );
  expect(names).toEqual(["Tagged One", "Tagged Two"]);
});

test("a name is used once a person, whatever its case", async () => {
  await create("Only One");
  await expect(create("only one")).rejects.toMatchObject({ code: "DUPLICATE_NAME" });
});

test("ten for free, also when twenty come at once; more with premium", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => create(`Friend ${index}`)),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  await expect(create("One more")).rejects.toMatchObject({ code: "MAX_PERSONAS" });
  await upgrade();
  await expect(create("One more")).resolves.toBeDefined();
});

test("a premium voice is for premium users", async () => {
  await expect(create("Fine Voice", { voice: "george" })).rejects.toMatchObject({ code: "PAYMENT_REQUIRED" });
  await upgrade();
  expect((await create("Fine Voice", { voice: "george" })).persona.voice).toBe("george");
});
