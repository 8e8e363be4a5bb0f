/**
 * Whose journals, records and sealed sound are whose, in a directory that the processes of one machine share. Each process has a folder of its own and,
 * for as long as it lives, a socket beside it that the system answers for. When the process is gone, however it went, the
 * system refuses, and whoever comes first moves its files, one by one, into their own folder. No process id is compared, so
 * none can be mistaken for another's; a process that hangs still owns what is its own.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join, relative } from "node:path";
import { log } from "../log.ts";
import { leaveForLater } from "./left-for-later.ts";

export interface JournalHome {
  /** Where this process keeps its journals. */
  readonly directory: string;
  /** Where those live that nobody takes by themselves, and those that a person lays down to be delivered. */
  readonly root: string;
  /** Gives everything up: what is left in the folder is the next one's. */
  close(): Promise<void>;
}

/** What a journal's file is called, after its call's id. */
export const journalSuffix = ".jsonl";
/** A sealed part of a call's recording. */
export const partName = (callId: string, part: number): string => `${callId}.${part}.sound`;
/** What a call's core was told and decided, as far as it got; then the same, gzipped. */
export const recordName = (callId: string): string => `${callId}.replay`;
export const packedSuffix = ".gz";
/** After the name of what is still being written: whoever began it is the only one who can end it. */
export const scrapSuffix = ".part";
const ownName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jsonl|replay(\.gz)?|\d{1,4}\.sound)$/;
const lifeSuffix = ".alive";
/** What people said is in there. */
const ownerOnly = 0o700;
/** The room in `sockaddr_un`: 108 bytes on Linux, 104 elsewhere, with the zero at the end. */
const longestAddress = 103;

const code = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** @throws Error when the directory's path is too long for the address of a socket */
const lifeAddress = (root: string, owner: string): string => {
  const whole = join(root, owner + lifeSuffix);
  const near = relative(process.cwd(), whole);
  const address = Buffer.byteLength(near) < Buffer.byteLength(whole) ? near : whole;
  if (Buffer.byteLength(address) > longestAddress)
    throw new Error(`JOURNAL_DIR is too long a path (${root}): the sockets in it need shorter addresses.`);
  return address;
};

/** @throws Error when the directory cannot be written or its path is too long */
export const openHome = async (root: string): Promise<JournalHome> => {
  mkdirSync(root, { recursive: true, mode: ownerOnly });
  const owner = `${Date.now().toString(36)}-${randomBytes(4).toString("hex")}`;
  const life = createServer((visitor) => visitor.destroy());
  await new Promise<void>((resolve, reject) => {
    life.once("error", reject);
    life.listen(lifeAddress(root, owner), resolve);
  });
  life.on("error", (error) => log("sign_of_life_failed", { message: error.message }));
  life.unref();
  // Only now: a folder without a life beside it is anybody's.
  const directory = join(root, owner);
  mkdirSync(directory, { mode: ownerOnly });
  return {
    directory,
    root,
    close: async () => {
      removeEmpty(directory);
      await new Promise<void>((resolve) => life.close(() => resolve()));
    },
  };
};

/** Only a system that knows of nobody behind the socket makes an owner dead; any doubt leaves it alive. */
const isAlive = (root: string, owner: string): Promise<boolean> =>
  new Promise((resolve) => {
    const visit = connect(lifeAddress(root, owner));
    visit.once("connect", () => {
      visit.destroy();
      resolve(true);
    });
    visit.once("error", (error) => resolve(!["ECONNREFUSED", "ENOENT"].includes(code(error))));
  });

/** Another process may be doing the same: who comes second finds nothing, which is as good. */
const isMoved = (from: string, to: string): boolean => {
  if (existsSync(to)) return false;
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (code(error) !== "ENOENT") log("journal_not_taken", { message: String(error) });
    return false;
  }
};

const removeEmpty = (directory: string): void => {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(code(error)))
      log("folder_not_removed", { message: String(error) });
  }
};

const filesIn = (directory: string, isWanted: (name: string) => boolean): string[] => {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile() && isWanted(entry.name))
      .map(({ name }) => name);
  } catch (error) {
    if (code(error) !== "ENOENT") log("folder_not_read", { message: String(error) });
    return [];
  }
};

/** @param taken is given the name of each file once it is moved */
const moveOrphans = async ({ root, directory }: JournalHome, taken: string[]): Promise<void> => {
  const takeFrom = (from: string): void => {
    for (const name of filesIn(from, (each) => ownName.test(each)))
      if (isMoved(join(from, name), join(directory, name))) taken.push(name);
  };
  takeFrom(root);
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const folder = join(root, entry.name);
    if (!entry.isDirectory() || folder === directory || (await isAlive(root, entry.name))) continue;
    takeFrom(folder);
    for (const scrap of filesIn(folder, (each) => each.endsWith(scrapSuffix)))
      rmSync(join(folder, scrap), { force: true });
    removeEmpty(folder);
    if (!existsSync(folder)) rmSync(folder + lifeSuffix, { force: true });
  }
};

/**
 * Moves every journal, record and part of a recording of dead owners into this home. Answers with the names of the files that
 * are now its own.
 * @throws Error when the directory cannot be read; what was moved by then is left for later
 */
export const takeOrphans = async (home: JournalHome): Promise<string[]> => {
  const taken: string[] = [];
  try {
    await moveOrphans(home, taken);
  } catch (error) {
    for (const name of taken) leaveForLater(home, name);
    throw error;
  }
  return taken;
};
