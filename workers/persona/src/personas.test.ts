import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addHold, addPerson, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { deletePersona, updatePersona } from "./change-persona.ts";
import { createPersona } from "./create-persona.ts";
import { getPersona, listPersonas } from "./list-personas.ts";

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
    greeting: null,
    recording: false,
    silence_seconds: 8,
    leaves_machines: true,
    functions: [],
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

test("what it can do is told to everybody, and where it is asked to its maker alone", async () => {
  const lookup = {
    name: "get_order_status",
    description: "Tells where an order is.",
    parameters: { order: { type: "string" as const, description: "The order's number.", required: true } },
    url: "https://example.com/orders",
  };
  const { persona } = await create("Order Clerk", { is_public: true, functions: [lookup] });
  expect(persona.functions).toEqual([lookup]);
  const told = [{ ...lookup, url: null }];
  for (const context of [nobody, own(await addPerson(database))]) {
    expect((await getPersona(database.as("persona"), context, persona.id)).persona.functions).toEqual(told);
    const { personas } = await list(context, { search: "Order Clerk" });
    expect(personas.map(({ functions }) => functions)).toEqual([told]);
  }
  const change = (input: Parameters<typeof updatePersona>[3]) =>
    updatePersona(database.as("persona"), own(), persona.id, input);
  expect((await change({ name: "Old Clerk" })).persona.functions).toEqual([lookup]);
  expect((await change({ functions: [] })).persona.functions).toEqual([]);
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

test("search looks past case and accents, and never across two tags", async () => {
  await create("Amélie Straße", { description: "Loves CRÈME brûlée", tags: ["ab", "cd"] });
  for (const search of ["amelie", "creme brulee", "AMÉLIE", "ab", "cd"]) {
    expect((await list(own(), { search })).personas.map(({ name }) => name)).toContain("Amélie Straße");
  }
  for (const search of ["b c", "bc", "abcd", "b%d"]) {
    expect((await list(own(), { search, created_by: person.actor.userId })).personas).toEqual([]);
  }
});

test("a page far behind the end is empty and says how many there are", async () => {
  await create("Somebody");
  const far = await list(own(), { page: 10_000_000, is_public: false });
  expect(far).toEqual({ personas: [], pagination: { page: 10_000_000, limit: 100, total: 1, pages: 1 } });
});

test("totals follow what is made public, hidden again and deleted", async () => {
  const total = async (context: Parameters<typeof listPersonas>[1] = own()) =>
    (await list(context)).pagination.total;
  const [everybody, mine] = [await total(nobody), await total()];
  const { persona } = await create("Seen by all", { is_public: true });
  expect([await total(nobody), await total()]).toEqual([everybody + 1, mine + 1]);
  await updatePersona(database.as("persona"), own(), persona.id, { is_public: false });
  expect([await total(nobody), await total()]).toEqual([everybody, mine + 1]);
  await deletePersona(database.as("persona"), own(), persona.id);
  expect([await total(nobody), await total()]).toEqual([everybody, mine]);
});

test("a change keeps what is not given and raises the version", async () => {
  const { persona } = await create("Before", { greeting: "Hello there!" });
  const change = (input: Parameters<typeof updatePersona>[3]) =>
    updatePersona(database.as("persona"), own(), persona.id, input);
  expect((await change({ name: "After", tags: [] })).persona).toMatchObject({
    name: "After",
    tags: [],
    greeting: "Hello there!",
    version: 2,
  });
  expect((await change({ greeting: null })).persona).toMatchObject({ greeting: null, version: 3 });
  await expect(change({ voice: "george" })).rejects.toMatchObject({ code: "PAYMENT_REQUIRED" });
  await create("Taken");
  await expect(change({ name: "TAKEN" })).rejects.toMatchObject({ code: "DUPLICATE_NAME" });
});

test("how silence and machines are met is kept, changes like the rest, and is bounded by the database too", async () => {
  const { persona } = await create("Patient one", { silence_seconds: 20, leaves_machines: false });
  expect(persona).toMatchObject({ silence_seconds: 20, leaves_machines: false });
  const change = (input: Parameters<typeof updatePersona>[3]) =>
    updatePersona(database.as("persona"), own(), persona.id, input);
  expect((await change({ silence_seconds: 4 })).persona).toMatchObject({
    silence_seconds: 4,
    leaves_machines: false,
    version: 2,
  });
  expect((await change({ leaves_machines: true })).persona).toMatchObject({
    silence_seconds: 4,
    leaves_machines: true,
    version: 3,
  });
  for (const silence_seconds of [3, 31])
    await expect(change({ silence_seconds })).rejects.toMatchObject({
      constraint: "personas_silence_is_bearable",
    });
});

test("nobody changes or deletes what is not theirs; what they cannot see does not exist", async () => {
  const stranger = await addPerson(database);
  const shown = (await create("Public one", { is_public: true })).persona.id;
  const hidden = (await create("Private one")).persona.id;
  const systems = (await list(nobody, { created_by: "system" })).personas[0]?.id ?? "";
  for (const [id, code] of [
    [shown, "FORBIDDEN"],
    [systems, "FORBIDDEN"],
    [hidden, "NOT_FOUND"],
  ] as const) {
    const foreign = own(stranger);
    await expect(updatePersona(database.as("persona"), foreign, id, { name: "Mine" })).rejects.toMatchObject({
      code,
    });
    await expect(deletePersona(database.as("persona"), foreign, id)).rejects.toMatchObject({ code });
  }
  expect((await getPersona(database.as("persona"), own(), shown)).persona.name).toBe("Public one");
});

test("a persona with scheduled calls ahead stays, whoever scheduled them; afterwards it may go", async () => {
  const { persona } = await create("Booked", { is_public: true });
  const stranger = await addPerson(database);
  const schedule = (text: string) =>
    database.as("calls").transact(stranger.actor, [{ text, values: [persona.id] }]);
  const hold = await addHold(database, stranger, 225);
  await schedule(`insert into scheduled_calls (id, tenant_id, user_id, persona_id, persona_name, phone_number,
      scheduled_time, payment_id, hold_cents, request_fingerprint)
    select gen_random_uuid(), app.tenant_id(), app.user_id(), $1, 'n', '+14155550000', now() + interval '1 day', id, 225, 'f'
    from payments where stripe_payment_intent_id = '${hold}'`);
  const remove = () => deletePersona(database.as("persona"), own(), persona.id);
  await expect(remove()).rejects.toMatchObject({ code: "PERSONA_IN_USE" });
  await schedule("update scheduled_calls set status = 'cancelled' where persona_id = $1");
  await expect(remove()).resolves.toBeDefined();
});
