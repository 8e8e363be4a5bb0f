/** Deepgram, live: which model listens, and what is asked of it. How the socket is kept alive is said in listening.ts. */
import { FluxTurns } from "./flux-turns.ts";
import type { Hearing, HearingEvent } from "./hearing.ts";
import { type Listener, listen, type Patience, usualPatience } from "./listening.ts";
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
/** Else it hears all as English. What nova knows of trades, as of medicine, it knows in English alone. */
const languageOf = (model: string): Record<string, string> =>
  /^nova-[23](-general)?$/.test(model) ? { language: "multi" } : {};
/** As early as Flux tells: a thought that comes to nothing costs little, and each moment before the end of the turn is won. */
const eager = { eager_eot_threshold: "0.3" };
const flux = { eot_threshold: "0.7" };

/** Of the other kind: what ails the one may spare the other. */
const secondTo = (model: string): string => (isFlux(model) ? "nova-3" : "flux-general-multi");
const isFlux = (model: string): boolean => model.startsWith("flux-");

const listenerOf = ({ url, isEager }: DeepgramConfig, model: string): Listener => {
  const ask = (path: string, query: Record<string, string>) =>
    `${url}/${path}/listen?${new URLSearchParams({ model, ...sound, ...query })}`;
  // Flux knows no KeepAlive: it is given silence.
  return isFlux(model)
    ? { url: ask("v2", { ...flux, ...(isEager ? eager : {}) }), turns: new FluxTurns(), keepAlive: null }
    : {
        url: ask("v1", { ...nova, ...languageOf(model) }),
        turns: new NovaTurns(),
        keepAlive: '{"type":"KeepAlive"}',
      };
};

export const openDeepgram = (
  config: DeepgramConfig,
  emit: (event: HearingEvent) => void,
  patience: Patience = usualPatience,
): Hearing => {
  const { apiKey, model } = config;
  const listeners = [listenerOf(config, model), listenerOf(config, secondTo(model))] as const;
  return listen({ listeners, apiKey, patience }, emit);
};
