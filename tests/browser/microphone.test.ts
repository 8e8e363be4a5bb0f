// Talking into the phone in the corner. Chromium's pretended microphone plays the sandbox's own speech from a file, again and
// again, so that what arrives is not only counted but understood. The page alone is told that people are understood here.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decoded } from "../../sandbox/src/speech/mu-law.ts";
import { speak } from "../../sandbox/src/speech/speak.ts";
import { violations } from "./axe.ts";
import { answers, offerMicrophone, startCall } from "./calling.ts";
import { openBrowser } from "./chromium.ts";
import { logInAsDemo, startWebStack, type WebStack } from "./web-stack.ts";

const directory = mkdtempSync(join(tmpdir(), "callmeback-microphone-"));
let web: WebStack;
let talking: Browser;
/** Has nothing to listen with. */
let deaf: Browser;
/** Is told no. */
let refusing: Browser;
beforeAll(async () => {
  const sound = join(directory, "speech.wav");
  const quiet = Buffer.alloc(8_000, 0xff);
  writeFileSync(sound, wave(Buffer.concat([quiet, speak("Good evening, my name is Ada.").audio, quiet])));
  const allowed = "--use-fake-ui-for-media-stream";
  [web, talking, deaf, refusing] = await Promise.all([
    startWebStack(),
    openBrowser([
      allowed,
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-audio-capture=${sound}`,
    ]),
    openBrowser([allowed]),
    openBrowser([`${allowed}=deny`, "--use-fake-device-for-media-stream"]),
  ]);
}, 240_000);
afterAll(async () => {
  await Promise.all([talking?.close(), deaf?.close(), refusing?.close()]);
  await web?.stop();
  rmSync(directory, { recursive: true });
});

/** 16-bit PCM of 8 kHz, as a file. */
function wave(mulaw: Buffer): Buffer {
  const samples = Buffer.alloc(mulaw.length * 2);
  for (const [index, byte] of mulaw.entries()) samples.writeInt16LE(decoded[byte] ?? 0, index * 2);
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

const patience = { timeout: 60_000 };
const use = (page: Page) => page.getByRole("button", { name: "Use the microphone" });

interface Listener {
  page: Page;
  /** What the page sent to the handset as sound. */
  frames: Buffer[];
}

async function inCall(browser: Browser): Promise<Listener> {
  const page = await (await browser.newContext({ baseURL: web.stack.webUrl })).newPage();
  const frames: Buffer[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const sound = /^\{"type":"audio","payload":"([^"]+)"\}$/.exec(String(payload))?.[1];
      if (sound !== undefined) frames.push(Buffer.from(sound, "base64"));
    }),
  );
  await offerMicrophone(page);
  // The sandbox speaks in pure tones, which is what a browser's own filters take for noise.
  await page.addInitScript(`{
    const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async () => {
      const stream = await given({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
      window.track = stream.getTracks()[0];
      return stream;
    };
  }`);
  await logInAsDemo(page);
  await startCall(page);
  await page.getByRole("button", { name: "Answer" }).click(patience);
  await answers(page, 1);
  return { page, frames };
}

async function hangUp(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: "Hang up" }).click();
  await page.locator('[data-payment="captured"]').waitFor(patience);
}

test("what is said into the microphone is understood in the call; it can be muted, and is let go when the call ends", async () => {
  const { page, frames } = await inCall(talking);
  // Typed words would be the sandbox's speech, which a real speech-to-text does not know.
  expect(await page.getByLabel("Say something").count()).toBe(0);
  await use(page).click();
  await page
    .locator(".turns li.caller")
    .filter({ hasText: /my name is Ada/ })
    .first()
    .waitFor({ timeout: 120_000 });
  expect(new Set(frames.map(({ length }) => length))).toEqual(new Set([160]));
  const mute = page.getByRole("button", { name: "Mute" });
  await mute.click();
  await page.getByText("The microphone is muted.").waitFor({ state: "attached" });
  expect(await violations(page)).toEqual([]);
  const before = frames.length;
  await answers(page, 2);
  expect(frames.length - before).toBeLessThanOrEqual(1);
  await mute.click();
  await expect.poll(() => frames.length, patience).toBeGreaterThan(before + 5);
  expect(await page.evaluate("window.track.readyState")).toBe("live");
  await hangUp(page);
  expect(await page.evaluate("window.track.readyState")).toBe("ended");
}, 240_000);

test("a microphone that goes away is told, and is taken again when it is asked for", async () => {
  const { page, frames } = await inCall(talking);
  await use(page).click();
  await expect.poll(() => frames.length, patience).toBeGreaterThan(5);
  await page.evaluate("window.track.dispatchEvent(new Event('ended'))");
  await page.getByText("The microphone is gone.").waitFor();
  expect(await page.evaluate("window.track.readyState")).toBe("ended");
  const before = frames.length;
  await use(page).click();
  await expect.poll(() => frames.length, patience).toBeGreaterThan(before + 5);
  expect(await page.getByText("The microphone is gone.").count()).toBe(0);
  await hangUp(page);
}, 240_000);

test("where there is no microphone, or the browser does not give it, the phone says what to do", async () => {
  const { page } = await inCall(deaf);
  await use(page).click();
  await page.getByText("There is no microphone here.").waitFor();
  await hangUp(page);
  const refused = await inCall(refusing);
  await use(refused.page).click();
  await refused.page.getByText("The browser was not allowed to listen.").waitFor();
  await hangUp(refused.page);
}, 240_000);
