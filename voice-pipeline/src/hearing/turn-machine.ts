/** Makes turns of Deepgram's messages. Each turn ends once, although speech_final and UtteranceEnd may both come. */
import * as z from "zod";

const word = z.object({ start: z.number(), end: z.number() });
export const deepgramMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("Results"),
    is_final: z.boolean(),
    speech_final: z.boolean(),
    channel: z.object({
      alternatives: z.array(z.object({ transcript: z.string(), words: z.array(word).default([]) })),
    }),
  }),
  z.object({ type: z.literal("UtteranceEnd") }),
  z.object({ type: z.enum(["SpeechStarted", "Metadata"]) }),
  z.object({ type: z.literal("Error"), description: z.string().optional() }),
]);
export type DeepgramMessage = z.infer<typeof deepgramMessage>;

export type TurnEvent =
  | { type: "words"; text: string }
  | { type: "turn-ended"; text: string; startSeconds: number; endSeconds: number };

export class TurnMachine {
  #finals: string[] = [];
  #start: number | null = null;
  #end = 0;

  take(message: DeepgramMessage): TurnEvent | null {
    if (message.type === "UtteranceEnd") return this.#endTurn();
    if (message.type !== "Results") return null;
    const [best] = message.channel.alternatives;
    const text = best?.transcript.trim() ?? "";
    if (text !== "") {
      this.#start ??= best?.words[0]?.start ?? 0;
      this.#end = best?.words.at(-1)?.end ?? this.#end;
    }
    if (message.is_final && text !== "") this.#finals.push(text);
    if (message.is_final && message.speech_final) return this.#endTurn();
    if (text === "") return null;
    return { type: "words", text: [...this.#finals, ...(message.is_final ? [] : [text])].join(" ") };
  }

  #endTurn(): TurnEvent | null {
    const text = this.#finals.join(" ");
    const turn = { startSeconds: this.#start ?? this.#end, endSeconds: this.#end };
    this.#finals = [];
    this.#start = null;
    return text === "" ? null : { type: "turn-ended", text, ...turn };
  }
}
