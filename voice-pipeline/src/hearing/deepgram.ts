/** Deepgram, live: which model listens, and what is asked of it. How the socket is kept alive is said in listening.ts. */
import { FluxTurns } from "./flux-turns.ts";
import type { Hearing, HearingEvent } from "./hearing.ts";
import { listen, type Patience, usualPatience } from "./listening.ts";
import { NovaTurns } from "./nova-turns.ts";

export interface DeepgramConfig {
  url: string;
  apiKey: string;
  /** A nova model, which tells results, or a Flux one, which tells turns and may tell them early. */
  model: string;
  /** Whether a Flux model is to tell turns early, so that replies are thought of before a turn is over. */
  isEager: boolean;
}

const sound = { encoding: "mulaw", sample_rate: "8000" };
const nova = {
  channels: "1",
  punctuate: "true",
  interim_results: "true",
  endpointing: "300",
  utterance_end_ms: "1000",
  vad_events: "true",
};
/** As early as Flux tells: a thought that comes to nothing costs little, and each moment before the end of the turn is won. */
const eager = { eager_eot_threshold: "0.3" };
const flux = { eot_threshold: "0.7" };

export const openDeepgram = (
  { url, apiKey, model, isEager }: DeepgramConfig,
  emit: (event: HearingEvent) => void,
  patience: Patience = usualPatience,
): Hearing => {
  const isFlux = model.startsWith("flux-");
  const query = new URLSearchParams({
    model,
    ...sound,
    ...(isFlux ? { ...flux, ...(isEager ? eager : {}) } : nova),
  });
  return listen(
    {
      url: `${url}/${isFlux ? "v2" : "v1"}/listen?${query}`,
      apiKey,
      turns: isFlux ? new FluxTurns() : new NovaTurns(),
      // Flux knows no KeepAlive: it is given silence.
      keepAlive: isFlux ? null : '{"type":"KeepAlive"}',
      patience,
    },
    emit,
  );
};
