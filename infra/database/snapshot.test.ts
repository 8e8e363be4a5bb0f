import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openInMemory } from "./pglite-instance.ts";
import { loadSnapshot } from "./snapshot.ts";

const fixture = fileURLToPath(new URL("testing/fixture-migrations/", import.meta.url));

it("opens with its migrations applied, and as a database of its own each time", async () => {
  await loadSnapshot(fixture);
  const [one, two] = [
    await openInMemory(fixture, await loadSnapshot(fixture)),
    await openInMemory(fixture, await loadSnapshot(fixture)),
  ];
  expect([one.migrated, two.migrated]).toEqual([[], []]);
  await one.db.exec("set app.person = 'ada'; insert into notes values (1, 'ada', 'one')");
  await two.db.exec("set app.person = 'ada'");
  expect((await two.db.query("select * from notes")).rows).toEqual([]);
  await one.db.close();
  await two.db.close();
});
