import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addPerson, addPersona, type Person } from "../../../tests/fixtures/people.ts";
import { startTestDatabase, type TestDatabase } from "../../../tests/fixtures/test-database.ts";
import { deletePersona } from "./change-persona.ts";
import { addContact, listContacts, removeContact } from "./contacts.ts";

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
const add = (id: string) => addContact(database.as("persona"), context(), id);
const list = async () => (await listContacts(database.as("persona"), context())).contacts;
const system = "01990000-0000-7000-8000-000000000001";

/** Many personas of this person, straight into the table. */
const manyPersonas = async (count: number) => {
  const [made] = await database.as("persona").transact(person.actor, [
    {
      text: `insert into personas (id, tenant_id, user_id, name, description, voice, system_prompt)
        select gen_random_uuid(), app.tenant_id(), app.user_id(), 'Friend ' || n, 'A friend', 'rachel', 'You are a friend.'
        from generate_series(1, $1) n returning id`,
      values: [count],
    },
  ]);
  return (made ?? []).map(({ id }) => String(id));
};

test("the newest comes first, with its whole persona", async () => {
  const own = await addPersona(database, person);
  await add(system);
  await add(own);
  expect((await list()).map(({ persona }) => persona.name)).toEqual(["Luna", "Best Friend"]);
});

test("each persona once", async () => {
  await add(system);
  await expect(add(system)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
});

test("not what one cannot see", async () => {
  const stranger = await addPerson(database);
  await expect(add(await addPersona(database, stranger))).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("at most fifty, also when sixty come at once", async () => {
  const outcomes = await Promise.allSettled((await manyPersonas(60)).map(add));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(50);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "MAX_CONTACTS" });
  }
});

test("removed once; a persona that is deleted is gone from them", async () => {
  await add(system);
  await removeContact(database.as("persona"), context(), system);
  await expect(removeContact(database.as("persona"), context(), system)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  const own = await addPersona(database, person);
  await add(own);
  await deletePersona(database.as("persona"), context(), own);
  expect(await list()).toEqual([]);
});
