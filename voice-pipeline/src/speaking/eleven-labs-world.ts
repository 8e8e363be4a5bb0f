/** For tests: a voice over a real socket, a server on loopback that misbehaves as planned, and what was heard. */
import { expect } from "vitest";
import { openElevenLabs, usualVoicePatience } from "./eleven-labs.ts";
import { misbehave, textOf, type VoiceConnection } from "./misbehaving-voice.ts";

export const impatient = {
  ...usualVoicePatience,
  stallMs: 400,
  giveUpMs: 2_000,
  backOff: { firstMs: 10, mostMs: 20 },
  idleBackOff: { firstMs: 10, mostMs: 20 },
};
/** What a test leaves open. */
export const closers: (() => void)[] = [];
export const closeAll = (): void => {
  for (const close of closers.splice(0)) close();
};

export const open = async (plan: Parameters<typeof misbehave>, patience = impatient) => {
  const server = await misbehave(...plan);
  const heard = {
    sound: "",
    chars: "",
    latestMs: 0,
    complete: [] as number[],
    faults: [] as string[],
    failed: 0,
    unspoken: null as string[] | null,
  };
  const voice = openElevenLabs(
    { url: server.url, apiKey: "k" },
    "voice",
    {
      audio(_, sound, times) {
        heard.sound += textOf(sound);
        heard.chars += times?.chars.join("") ?? "";
        heard.latestMs = Math.max(heard.latestMs, ...(times?.startMs ?? []), ...(times?.durationMs ?? []));
      },
      complete: (id) => heard.complete.push(id),
      fault: (message) => heard.faults.push(message),
      failed: (unspoken) => {
        heard.failed += 1;
        heard.unspoken = unspoken;
      },
    },
    patience,
  );
  closers.push(voice.close, server.close);
  const connection = async (index: number): Promise<VoiceConnection> => {
    await expect.poll(() => server.connections[index]).toBeDefined();
    const found = server.connections[index];
    if (!found) throw new Error("There is no such connection.");
    return found;
  };
  return { server, voice, heard, connection };
};

export const idle = () => {};
/** Speaks each text as soon as it is asked for, and ends each context that is closed. */
export const good = (connection: VoiceConnection, asked: VoiceConnection["asked"][number]) => {
  if (asked.text?.trim()) connection.speak(asked.text);
  if (asked.close_context) connection.end(asked.context_id);
};
