import { describe, expect, it } from "vitest";
import { Recognizer } from "../speech/recognizer.ts";
import { speak } from "../speech/speak.ts";
import type { Step } from "./script.ts";
import { ScriptPlayer } from "./script-player.ts";

const silence = Buffer.alloc(160, 0xff);

/** Plays the persona's words to the handset from the first frame on, and writes down when it did what. */
const act = (steps: Step[], persona: string, frames: number) => {
  const log: [number, string][] = [];
  let frame = 0;
  const note = (what: string) => log.push([frame * 20, what]);
  const player = new ScriptPlayer(steps, {
    said: note,
    finished: () => {},
    pressed: (digit) => note(`digit ${digit}`),
    hangUp: () => note("hang up"),
  });
  const voice = speak(persona).audio;
  const recognizer = new Recognizer();
  const words: string[] = [];
  for (frame = 1; frame <= frames; frame += 1) {
    const played = voice.subarray((frame - 1) * 160, frame * 160);
    const said = player.tick(played.length === 160 ? played : silence);
    for (const event of recognizer.push(said)) if (event.type === "word") words.push(event.text);
  }
  return { log, words: words.join(" "), voiceMs: voice.length / 8 };
};

describe("a script", () => {
  it("waits for the persona's last word and a human pause before it speaks", () => {
    const { log, words, voiceMs } = act([{ say: "Fine, thanks." }], "Hello, how are you today?", 300);
    expect(words).toBe("Fine, thanks.");
    expect(log[0]?.[0]).toBeGreaterThanOrEqual(voiceMs + 680);
    expect(log[0]?.[0]).toBeLessThan(voiceMs + 800);
  });

  it("interrupts while the persona is still speaking", () => {
    const { log, voiceMs } = act(
      [{ interrupt: "Stop!", afterMs: 400 }],
      "A very long story begins here",
      200,
    );
    expect(log[0]?.[0]).toBeGreaterThanOrEqual(400);
    expect(log[0]?.[0]).toBeLessThan(Math.min(500, voiceMs));
  });

  it("presses digits one by one, makes noise that is no word, and hangs up", () => {
    const { log, words } = act([{ digits: "9#" }, { noiseMs: 200 }, { hangup: true }], "", 60);
    expect(log.map(([, what]) => what)).toEqual(["digit 9", "digit #", "hang up"]);
    expect(words).toBe("");
  });
});
