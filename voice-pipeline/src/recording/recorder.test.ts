/** From frames to the mesh: over a real disk, with a mesh that fails, and with a process that ends in the midst. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VoiceSession } from "@callmeback/shared/contract/voice";
import { nonceBytes, partBytes, placeOf, sealBytes } from "@callmeback/shared/domain/recording";
import { describe, expect, it } from "vitest";
import { callId, freshRoot, meshThatFails } from "../journal/journal-world.ts";
import { deliverLeftOvers } from "../journal/left-overs.ts";
import { openHome, partName, scrapSuffix } from "../journal/ownership.ts";
import { MeshRefusal } from "../mesh.ts";
import { deliverPart, type PartWorld } from "./part-file.ts";
import { Recorder } from "./recorder.ts";

const key = Buffer.alloc(32, 5).toString("base64");
const session: VoiceSession = {
  call_id: callId,
  call_sid: "CA",
  request_id: "r",
  persona: {
    id: "p",
    version: 1,
    name: "Luna",
    voice_id: "v",
    system_prompt: "Be Luna.",
    greeting: null,
    silence_seconds: 8,
    leaves_machines: true,
    functions: [],
  },
  scenario: null,
  call_pretext: null,
  person: { name: "Sam", time_zone: "UTC" },
  limits: { max_seconds: 600 },
  recording: { key },
};

const opened = async (part: number, sealed: Buffer): Promise<Buffer> => {
  const bytes = Buffer.from(sealed);
  const own = await crypto.subtle.importKey("raw", Buffer.from(key, "base64"), "AES-GCM", false, ["decrypt"]);
  const parameters = {
    name: "AES-GCM",
    iv: bytes.subarray(0, nonceBytes),
    additionalData: placeOf(callId, part),
  };
  return Buffer.from(await crypto.subtle.decrypt(parameters, own, bytes.subarray(nonceBytes)));
};

/** The caller's tone for so many seconds. */
const hear = (recorder: Recorder, fromSeconds: number, untilSeconds: number) => {
  for (let ms = fromSeconds * 1000; ms < untilSeconds * 1000; ms += 20)
    recorder.hear(Buffer.alloc(160, 0x21), ms + 20);
};
const soundIn = (root: string): string[] =>
  readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.includes(".sound"));

const start = async (mesh: PartWorld["mesh"], root = freshRoot()) => {
  const home = await openHome(root);
  const stop = new AbortController();
  const recorder = new Recorder(session, { home, mesh, stop: stop.signal });
  return { recorder, home, root, stop };
};

describe("a recorder", () => {
  it("keeps nothing before it is started, and nothing of a call that has no key", async () => {
    const { mesh, parts } = meshThatFails(0);
    const { recorder, home, stop } = await start(mesh);
    hear(recorder, 0, 12);
    recorder.finish(12_000);
    const keyless = new Recorder({ ...session, recording: null }, { home, mesh, stop: stop.signal });
    keyless.start(0);
    hear(keyless, 0, 12);
    keyless.finish(12_000);
    await Promise.all([recorder.saved(), keyless.saved()]);
    expect(parts).toEqual([]);
  });

  it("hands in every part sealed, once the mesh is back, and leaves nothing on disk", async () => {
    const { mesh, parts } = meshThatFails(3);
    const { recorder, root } = await start(mesh);
    recorder.start(0);
    hear(recorder, 0, 25);
    recorder.finish(25_000);
    await recorder.saved();
    expect(parts.map(({ part, sealed }) => [part, sealed.length])).toEqual([
      [0, sealBytes + partBytes],
      [1, sealBytes + partBytes],
      [2, sealBytes + partBytes / 2],
    ]);
    for (const { part, sealed } of parts) {
      const sound = await opened(part, sealed);
      expect(sound.every((byte, index) => byte === (index % 2 === 0 ? 0x21 : 0xff))).toBe(true);
      expect(sealed.includes(Buffer.alloc(64, 0x21))).toBe(false);
    }
    expect(soundIn(root)).toEqual([]);
  });

  it("leaves what it could not hand in to the next process, which hands it in as it is", async () => {
    const away = meshThatFails(1_000_000);
    const first = await start(away.mesh);
    first.recorder.start(0);
    hear(first.recorder, 0, 25);
    await expect.poll(() => soundIn(first.root).filter((name) => name.endsWith(".sound"))).toHaveLength(2);
    const kept = soundIn(first.root).map((name) => readFileSync(join(first.root, name)));
    // Killed: what was being written is no part, and the part that was being filled is lost.
    writeFileSync(join(first.home.directory, partName(callId, 2) + scrapSuffix), "torn");
    first.stop.abort();
    await first.home.close();

    const back = meshThatFails(1);
    const next = await openHome(first.root);
    const stop = new AbortController();
    const leftOvers = deliverLeftOvers({ home: next, mesh: back.mesh, stop: stop.signal }, 20);
    await expect.poll(() => soundIn(first.root)).toEqual([]);
    stop.abort();
    await leftOvers;
    const numbers = back.parts.map(({ part }) => part).sort();
    expect(numbers).toEqual([0, 1]);
    for (const { sealed } of back.parts) expect(kept.some((each) => each.equals(sealed))).toBe(true);
    expect(readdirSync(first.root).filter((name) => first.home.directory.endsWith(name))).toEqual([]);
  });

  it("forgets everything when the agreement is taken back, also what waits for the mesh, and records no more", async () => {
    const { mesh, parts } = meshThatFails(1_000_000);
    const { recorder, root } = await start(mesh);
    recorder.start(0);
    hear(recorder, 0, 22);
    await expect.poll(() => soundIn(root).filter((name) => name.endsWith(".sound"))).toHaveLength(2);
    recorder.discard();
    recorder.start(22_000);
    hear(recorder, 22, 40);
    recorder.finish(40_000);
    await recorder.saved();
    expect(soundIn(root)).toEqual([]);
    expect(parts).toEqual([]);
  });

  it("misses a part that the disk does not take, leaves no scrap of it, and hands in the next", async () => {
    const { mesh, parts } = meshThatFails(0);
    const { recorder, home, root } = await start(mesh);
    symlinkSync("/dev/full", join(home.directory, partName(callId, 0) + scrapSuffix));
    const inTheWay = join(home.directory, partName(callId, 1));
    mkdirSync(inTheWay);
    recorder.start(0);
    hear(recorder, 0, 25);
    recorder.finish(25_000);
    await recorder.saved();
    rmdirSync(inTheWay);
    expect([parts.map(({ part }) => part), soundIn(root)]).toEqual([[2], []]);
  });

  it("hands in later, in the same process, a part that the disk did not give at once", async () => {
    const { mesh, parts } = meshThatFails(0);
    const { home, root, stop } = await start(mesh);
    const path = join(home.directory, partName(callId, 0));
    mkdirSync(path);
    const world = { home, mesh, stop: stop.signal };
    await expect(deliverPart(world, callId, 0)).rejects.toThrow();
    rmdirSync(path);
    writeFileSync(path, "sealed");
    const leftOvers = deliverLeftOvers(world, 1);
    await expect.poll(() => soundIn(root)).toEqual([]);
    stop.abort();
    await leftOvers;
    expect(parts.map(({ part, sealed }) => [part, String(sealed)])).toEqual([[0, "sealed"]]);
  });

  it.each([400, 404])("forgets a part that the mesh refuses with %i", async (status) => {
    const mesh = { handInPart: () => Promise.reject(new MeshRefusal(status)) };
    const { recorder, root } = await start(mesh);
    recorder.start(0);
    hear(recorder, 0, 3);
    recorder.finish(3_000);
    await recorder.saved();
    expect(soundIn(root)).toEqual([]);
  });
});
