/** Two processes on one directory, for real: nothing is taken from who lives, everything from who was killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { freshRoot, journalsIn } from "./journal-world.ts";
import { leaveForLater, takeLeft } from "./left-for-later.ts";
import { openHome, takeOrphans } from "./ownership.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
const idOf = (index: number) => `0199aa00-0000-7000-8000-${String(index).padStart(12, "0")}.jsonl`;

/** A process that keeps so many journals in a home of its own. */
const keeper = async (root: string, from: number, count: number) => {
  const program = `
    import { writeFileSync } from "node:fs";
    import { openHome } from ${JSON.stringify(new URL("./ownership.ts", import.meta.url).href)};
    const home = await openHome(${JSON.stringify(root)});
    for (const name of ${JSON.stringify(Array.from({ length: count }, (_, index) => idOf(from + index)))})
      writeFileSync(home.directory + "/" + name, "");
    setInterval(() => {}, 1_000);
    process.stdout.write("ready");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  if (child.stdout === null) throw new Error("A child without an output.");
  await once(child.stdout, "data");
  return child;
};

it("takes nothing from a process that lives, not even from one that hangs; all of it once it was killed", async () => {
  const root = freshRoot();
  const other = await keeper(root, 1, 3);
  const home = await openHome(root);
  expect(await takeOrphans(home)).toEqual([]);
  other.kill("SIGSTOP");
  expect(await takeOrphans(home)).toEqual([]);
  other.kill("SIGKILL");
  await once(other, "exit");
  expect((await takeOrphans(home)).sort()).toEqual([idOf(1), idOf(2), idOf(3)]);
  expect(await takeOrphans(home)).toEqual([]);
  expect(readdirSync(home.directory)).toHaveLength(3);
  const [own, life, ...rest] = readdirSync(root).sort();
  expect([`${own}.alive`, rest]).toEqual([life, []]);
});

it("lets nobody but the service's own user look in", async () => {
  const home = await openHome(join(freshRoot(), "journal"));
  for (const directory of [home.root, home.directory]) expect(statSync(directory).mode & 0o777).toBe(0o700);
});

it("gives each file to one of many that come at once", async () => {
  const root = freshRoot();
  const dead = await keeper(root, 1, 40);
  dead.kill("SIGKILL");
  await once(dead, "exit");
  const homes = await Promise.all(Array.from({ length: 5 }, () => openHome(root)));
  const taken = (await Promise.all(homes.map(takeOrphans))).flat();
  expect(taken).toHaveLength(40);
  expect(new Set(taken).size).toBe(40);
  expect(journalsIn(root)).toHaveLength(40);
});

it("hands on what is left when it closes, and nothing of its own when there is nothing", async () => {
  const root = freshRoot();
  const first = await openHome(root);
  writeFileSync(join(first.directory, idOf(1)), "");
  await first.close();
  const second = await openHome(root);
  expect(await takeOrphans(second)).toEqual([idOf(1)]);
  const third = await openHome(root);
  await third.close();
  expect(readdirSync(root)).toHaveLength(2);
});

it("never writes over a journal that it has, nor takes what is none", async () => {
  const root = freshRoot();
  const home = await openHome(root);
  writeFileSync(join(home.directory, idOf(1)), "mine");
  for (const name of [idOf(1), "notes.jsonl", `${idOf(2)}.refused`]) writeFileSync(join(root, name), "");
  mkdirSync(join(root, idOf(3)));
  expect(await takeOrphans(home)).toEqual([]);
});

it("leaves for later what it had moved when it can look no further", async () => {
  const root = freshRoot();
  const home = await openHome(root);
  writeFileSync(join(root, idOf(1)), "");
  const unheard = join(root, "x".repeat(120));
  mkdirSync(unheard);
  await expect(takeOrphans(home)).rejects.toThrow();
  expect(takeLeft(home)).toEqual([idOf(1)]);
  expect(takeLeft(home)).toEqual([]);
});

it("gives back what was left of its own, once, unless it is gone meanwhile", async () => {
  const home = await openHome(freshRoot());
  for (const index of [1, 2]) writeFileSync(join(home.directory, idOf(index)), "");
  for (const index of [1, 2, 1]) leaveForLater(home, idOf(index));
  rmSync(join(home.directory, idOf(2)));
  expect([takeLeft(home), takeLeft(home)]).toEqual([[idOf(1)], []]);
});

it("says so when the directory's path is too long for a socket", async () => {
  const root = join(freshRoot(), "x".repeat(120));
  await expect(openHome(root)).rejects.toThrow("JOURNAL_DIR is too long");
});

it("takes over from an owner whose place another program has taken only when nobody answers there", async () => {
  const root = freshRoot();
  mkdirSync(join(root, "somebody"));
  writeFileSync(join(root, "somebody", idOf(1)), "");
  const answering = createServer().listen(join(root, "somebody.alive"));
  await once(answering, "listening");
  const home = await openHome(root);
  expect(await takeOrphans(home)).toEqual([]);
  answering.close();
  await once(answering, "close");
  expect(await takeOrphans(home)).toEqual([idOf(1)]);
});
