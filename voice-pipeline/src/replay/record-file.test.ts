/** From lines to the mesh: over a real disk, with a mesh that fails, and with a process that ends in the midst. */
import { randomBytes } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { callId, freshRoot, meshThatFails } from "../journal/journal-world.ts";
import { deliverLeftOvers } from "../journal/left-overs.ts";
import { openHome, packedSuffix, recordName, scrapSuffix } from "../journal/ownership.ts";
import { MeshRefusal } from "../mesh.ts";
import { cutLine } from "./call-record.ts";
import { pack, type RecordWorld } from "./packed-record.ts";
import { RecordFile } from "./record-file.ts";

const start = async (mesh: RecordWorld["mesh"], confirmed = Promise.resolve()) => {
  const root = freshRoot();
  const home = await openHome(root);
  const stop = new AbortController();
  const path = join(home.directory, recordName(callId));
  const record = new RecordFile(callId, { home, mesh, stop: stop.signal }, confirmed);
  await confirmed;
  return { root, home, stop, path, record };
};
const filesOf = (root: string): string[] =>
  readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.includes("replay"));
const textOf = ({ gzipped }: { gzipped: Buffer }): string => gunzipSync(gzipped).toString();

it("reaches the disk a second's lines at a time, for its owner's eyes, and the mesh when the call is over", async () => {
  const { mesh, records } = meshThatFails(2);
  const { root, path, record } = await start(mesh);
  record.write("first", 10_000);
  await expect.poll(() => readFileSync(path, "utf8")).toBe("first\n");
  record.write("second", 10_020);
  record.write("third", 11_000);
  await expect.poll(() => readFileSync(path, "utf8")).toBe("first\nsecond\nthird\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  record.write("last", 11_020);
  await record.save();
  expect(records.map(textOf)).toEqual(["first\nsecond\nthird\nlast\n"]);
  expect(filesOf(root)).toEqual([]);
});

it("is nowhere before the call is known to be this process's, and whole from then on", async () => {
  const { mesh, records } = meshThatFails(0);
  const root = freshRoot();
  const home = await openHome(root);
  const confirmed = Promise.withResolvers<void>();
  const world = { home, mesh, stop: new AbortController().signal };
  const record = new RecordFile(callId, world, confirmed.promise);
  for (let at = 0; at < 5_000; at += 20) record.write(`${at}`, at);
  const saved = record.save();
  expect(filesOf(root)).toEqual([]);
  confirmed.resolve();
  await saved;
  expect(records.map(textOf).join("").split("\n")).toHaveLength(251);
});

it("waits on disk for a mesh that is away, packed, and is the next process's when this one stops", async () => {
  const away = meshThatFails(1_000_000);
  const { root, home, stop, path, record } = await start(away.mesh);
  record.write("what was said", 0);
  const saved = record.save();
  await expect.poll(() => filesOf(root).map((name) => name.slice(-3))).toEqual([".gz"]);
  expect(statSync(path + packedSuffix).mode & 0o777).toBe(0o600);
  stop.abort();
  await saved;
  await home.close();
  expect(await handedIn(root, meshThatFails(1))).toEqual(["what was said\n"]);
  expect(filesOf(root)).toEqual([]);
});

/** What another process on the directory hands in, until nothing is left. */
const handedIn = async (root: string, { mesh, records }: ReturnType<typeof meshThatFails>) => {
  const home = await openHome(root);
  const stop = new AbortController();
  const delivering = deliverLeftOvers({ home, mesh, stop: stop.signal }, 10);
  await expect.poll(() => filesOf(root), { timeout: 5_000 }).toEqual([]);
  stop.abort();
  await delivering;
  await home.close();
  return records.map(textOf);
};

it("of a process that was killed is handed in by the next, as far as it got", async () => {
  const root = freshRoot();
  writeFileSync(join(root, recordName(callId)), "first\nsecond\nthi");
  expect(await handedIn(root, meshThatFails(0))).toEqual(["first\nsecond\nthi"]);
});

it("that the mesh never wants is deleted", async () => {
  const { mesh } = meshThatFails(0);
  mesh.handInRecord = async () => {
    throw new MeshRefusal(404);
  };
  const { root, record } = await start(mesh);
  record.write("first", 0);
  await record.save();
  expect(filesOf(root)).toEqual([]);
});

it("that the disk does not take is missed, and nobody hears of it", async () => {
  const { mesh, records } = meshThatFails(0);
  const { home, record } = await start(mesh);
  rmSync(home.directory, { recursive: true });
  for (let at = 0; at < 100; at += 1) record.write("x".repeat(20_000), at * 1_000);
  await record.save();
  expect(records).toEqual([]);
});

it("for which the disk is full leaves no scrap, and is handed in by the same process once there is room", async () => {
  const { mesh, records } = meshThatFails(0);
  const { root, home, stop, path, record } = await start(mesh);
  // Whatever is written there meets a full disk; the scrap is gone with its name.
  symlinkSync("/dev/full", path + packedSuffix + scrapSuffix);
  record.write("what was said", 0);
  await record.save();
  expect([records, filesOf(root).length]).toEqual([[], 1]);
  expect(readFileSync(path, "utf8")).toBe("what was said\n");

  const delivering = deliverLeftOvers({ home, mesh, stop: stop.signal }, 1);
  await expect.poll(() => filesOf(root)).toEqual([]);
  stop.abort();
  await delivering;
  expect(records.map(textOf)).toEqual(["what was said\n"]);
});

it("of a process that was killed is tried again once the disk takes it", async () => {
  const root = freshRoot();
  writeFileSync(join(root, recordName(callId)), "first\n");
  const { mesh, records } = meshThatFails(0);
  const home = await openHome(root);
  const stop = new AbortController();
  const packed = join(home.directory, recordName(callId) + packedSuffix);
  const scrap = packed + scrapSuffix;
  mkdirSync(packed);
  // The first try ends there and takes it away; later ones meet what has the record's name.
  symlinkSync("/dev/full", scrap);
  const delivering = deliverLeftOvers({ home, mesh, stop: stop.signal }, 1);
  await expect.poll(() => lstatSync(scrap, { throwIfNoEntry: false })?.isSymbolicLink() ?? false).toBe(false);
  rmdirSync(packed);
  await expect.poll(() => filesOf(root)).toEqual([]);
  stop.abort();
  await delivering;
  expect(records.map(textOf)).toEqual(["first\n"]);
});

it("that has grown too long is cut, and says so", async () => {
  const { mesh, records } = meshThatFails(0);
  const root = freshRoot();
  const confirmed = Promise.withResolvers<void>();
  const world = { home: await openHome(root), mesh, stop: new AbortController().signal };
  const record = new RecordFile(callId, world, confirmed.promise);
  // More than waits in memory while nobody knows whose call it is.
  for (let line = 0; line < 200; line += 1) record.write("x".repeat(10_000), line);
  record.write("too late", 1_000);
  confirmed.resolve();
  await record.save();
  const lines = records.map(textOf).join("").split("\n");
  expect(lines.slice(-2)).toEqual([cutLine, ""]);
  expect(lines.length).toBeGreaterThan(90);
  expect(lines.length).toBeLessThan(130);
});

it("is packed no larger than it may be, whatever it says", async () => {
  const path = join(freshRoot(), "record");
  for (const piece of [randomBytes(1_000_000).toString("base64"), `${"a line\n".repeat(300_000)}`]) {
    writeFileSync(path, piece);
    for (const most of [200_000, 900_000]) {
      const packed = await pack(path, most);
      expect(packed.length).toBeLessThanOrEqual(most);
      const text = gunzipSync(packed).toString();
      const isWhole = text.length === piece.length;
      if (isWhole) expect(text === piece).toBe(true);
      else
        expect(text.endsWith(`\n${cutLine}\n`) && piece.startsWith(text.slice(0, -cutLine.length - 2))).toBe(
          true,
        );
    }
  }
});
