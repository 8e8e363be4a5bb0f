// Plays a persona's first words in its own voice. One voice at a time: whoever begins stops the one before.
import { onScopeDispose, ref } from "vue";
import { ask } from "../api/ask.ts";
import { useToasts } from "../kit/toasts.ts";
import { decodeMuLaw, sampleRate } from "../phone/mu-law.ts";

let stopPlaying = (): void => {};

export function useVoiceSample() {
  const state = ref<"quiet" | "loading" | "playing">("quiet");
  const toasts = useToasts();
  let context: AudioContext | undefined;

  function stop(): void {
    state.value = "quiet";
    void context?.close();
    context = undefined;
  }

  async function play(personaId: string): Promise<void> {
    stopPlaying();
    stopPlaying = stop;
    state.value = "loading";
    // Opened while the click is fresh, or a browser keeps it silent.
    const mine = new AudioContext();
    context = mine;
    try {
      const { preview } = await ask("previewPersona", { params: { id: personaId } });
      if (context !== mine) return;
      const samples = decodeMuLaw(preview.audio);
      const buffer = mine.createBuffer(1, samples.length, sampleRate);
      buffer.copyToChannel(samples, 0);
      const source = mine.createBufferSource();
      source.buffer = buffer;
      source.connect(mine.destination);
      source.addEventListener("ended", () => context === mine && stop());
      source.start();
      state.value = "playing";
    } catch (error) {
      if (context !== mine) return;
      stop();
      toasts.bad(error);
    }
  }

  onScopeDispose(stop);
  return { state, toggle: (personaId: string) => (state.value === "quiet" ? play(personaId) : stop()) };
}
