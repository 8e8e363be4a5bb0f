/**
 * Words of somebody who may take their life. The answer is fixed, not the model's, and is heard whole: see
 * docs/decisions/0060-careful-words-are-fixed.md. The call goes on after it.
 */
import { tellLater } from "./afterwards.ts";
import type { CallState } from "./call-state.ts";
import { whenFree } from "./floor.ts";
import { line } from "./speech.ts";

const signs = [
  /\b(kill|hang|shoot|hurt|harm|cut) myself\b/,
  /\b(end|take|ending|taking) my (own )?life\b/,
  /\b(want|wanted|going|ready|wish) (to|i could|i would) (die|be dead)\b/,
  /\b(wish i was|wish i were|better off) dead\b/,
  /\bi (really |just )?wanna (die|be dead)\b/,
  /\bend it all\b/,
  /\b(i am|i'm|feel|feeling|been) (so |very |really )?suicidal\b/,
  /\b(commit|committing|thought of|thinking of|thinking about) suicide\b/,
  /\b(don't|do not) want to (live|be alive|go on living|wake up)( any ?more)?\b/,
  /\b(don't|do not) (want to|wanna) (be here|exist|live) any ?more\b/,
  /\b(ich (will|möchte) (nicht mehr leben|sterben)|mich umbringen|mir das leben nehmen)\b/,
  /\b(quiero morir|quiero morirme|matarme|quitarme la vida|suicidarme)\b/,
  /\b(je veux mourir|me tuer|me suicider)\b/,
];

const northAmerica =
  /^(US|Canada)\/|^America\/(New_York|Chicago|Denver|Los_Angeles|Phoenix|Anchorage|Detroit|Boise|Indiana|Kentucky|Toronto|Vancouver|Edmonton|Winnipeg|Halifax|Regina|St_Johns)|^Pacific\/Honolulu$/;
/** Free and open day and night, by the only thing known of where somebody is: their time zone. */
const hotlines: { zone: RegExp; number: string }[] = [
  { zone: northAmerica, number: "9 8 8" },
  { zone: /^Europe\/(London|Belfast|Dublin|Jersey|Guernsey|Isle_of_Man)$/, number: "1 1 6, 1 2 3" },
  { zone: /^Europe\/(Berlin|Busingen)$/, number: "0 8 0 0, 1 1 1 0 1 1 1" },
  { zone: /^Europe\/Vienna$/, number: "1 4 2" },
  { zone: /^Europe\/Zurich$/, number: "1 4 3" },
  { zone: /^Europe\/Paris$/, number: "3 1 1 4" },
  { zone: /^(Europe\/Madrid|Atlantic\/Canary)$/, number: "0 2 4" },
  { zone: /^Australia\//, number: "1 3, 1 1, 1 4" },
  { zone: /^Pacific\/(Auckland|Chatham)$/, number: "1 7 3 7" },
];

const afterwards =
  "The caller may be thinking of suicide, and was told where to find help. Stay calm and warm, listen, take it seriously, and encourage them to call that number or somebody near them now. Do not joke, judge, give advice on methods, or end the call.";

export const isCrisis = (text: string): boolean => {
  const said = text
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[^\p{L}\p{N}'\s]/gu, " ")
    .replace(/\s+/g, " ");
  return signs.some((sign) => sign.test(said));
};

export const carefulWords = (timeZone: string): string => {
  const number = hotlines.find(({ zone }) => zone.test(timeZone))?.number;
  const help = number
    ? `You can call ${number} right now, at any hour, and talk to somebody who is trained to help.`
    : "Please call your local emergency number, or find a helpline at findahelpline dot com.";
  return `I'm really glad that you told me, and I'm taking it seriously. I'm an AI, and you deserve a person at your side. ${help} If you are in danger now, call the emergency services. I'm still here. Are you safe at this moment?`;
};

/** Answers the turn, which `accept` takes down, with the careful words, once a call; answers whether it did. */
export const careFor = (state: CallState, text: string, accept: () => void, at: number): boolean => {
  if (state.hasCared || state.isLeaving || !isCrisis(text)) return false;
  state.hasCared = true;
  state.stopThinking();
  tellLater(state, accept);
  whenFree(
    state,
    () => {
      state.history.note(afterwards);
      line(state, carefulWords(state.session.person.time_zone), false);
    },
    at,
  );
  return true;
};
