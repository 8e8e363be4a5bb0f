/**
 * Whether words agree to be recorded, or take that back. A yes must be nothing but a yes: what a law asks for is a clear one,
 * and whoever says more than that is asked again. In doubt about the opposite, it is the opposite.
 */
import { plain } from "./plain-words.ts";

const clear = [
  "yes|yeah|yep|yup|sure|of course|certainly|absolutely|definitely|by all means|go ahead|please do|feel free",
  "i agree|i consent|i accept|i do|i (don't|do not) mind|no problem|i have no (problem with (that|it)|objections?)",
  "that works( for me)?|sure thing|you may|you can|you may record( this call| this| it)?",
  "you can record( this call| this| it)?|fine (by|with) me",
  "(that's|that is|it's|it is) (perfectly |totally )?(fine|ok|okay|all right|alright|good)( (by|with|for) me)?",
  "ja|ja gerne|gerne|natürlich|einverstanden|sí|si|claro|por supuesto|de acuerdo|oui|bien sûr|d'accord",
].join("|");
/** Said beside a yes, and none by itself. */
const beside =
  "oh|um|uh|er|erm|well|so|hi|hello|hey|okay|ok|alright|all right|right|fine|mhm|why not|please|thanks|thank you|bitte|danke|gracias|merci";

const onlyThese = new RegExp(`^(?:(?:${clear}|${beside})(?: |$))+$`);
const aClearOne = new RegExp(`(?:^| )(?:${clear})(?: |$)`);
const refusals = /(?:^| )(?:no|nope|nah|not|don't|never|nein|nicht|non|pas|não)(?: |$)/;

const withdrawals = [
  /\b(stop|quit|end|cancel) (the |this |that |your |my |all )?recording\b/,
  /^(please )?no (more )?recording\b/,
  /\b(turn|switch) (off (the |this |that |your )?record(ing|er)|(the |this |that |your )?record(ing|er) off)\b/,
  /\b(do not|don't|dont|never) (ever )?record\b/,
  /\b(do not|don't|dont|no longer) (want|wish|like|agree)\b.*\brecord(ed|ing)?\b/,
  /\b(delete|erase|destroy|discard) (the|this|that|your|my|all) recording\b/,
  /\b(withdraw|revoke|take back) (my )?(consent|permission|agreement)\b/,
  /\b(aufnahme|aufzeichnung) (bitte )?(stoppen|beenden|löschen|ausschalten)\b/,
  /\b(stoppen|beenden|löschen) sie (bitte )?die (aufnahme|aufzeichnung)\b/,
  /\bnicht (mehr )?(aufnehmen|aufzeichnen|aufgenommen|aufgezeichnet)\b/,
  /\b(deje|deja|dejen) de grabar\b|\bno (me )?(grabe|grabes|graben)\b/,
  /\barrête[zr]? (d'enregistrer|l'enregistrement)\b|\bne m'enregistre[zr]? pas\b/,
];
/** A question, a condition, or a wish for the opposite takes nothing back. */
const doubts = [
  /\b(don't|do not|never) (stop|end|cancel|delete|erase)\b/,
  /\b(did|do|does|when|if|until|before|why) (you|i|we|they|he|she|it)\b.*\brecord/,
];

/** Whether these words take an agreement back, or refuse it in so many words. */
export const isWithdrawal = (text: string): boolean => {
  const said = plain(text);
  return withdrawals.some((each) => each.test(said)) && !doubts.some((each) => each.test(said));
};

export const consentIn = (text: string): "yes" | "no" | "unclear" => {
  const said = plain(text);
  if (isWithdrawal(text)) return "no";
  // "Yes?" is how people pick up a telephone.
  if (!/[?？]/.test(text) && onlyThese.test(said) && aClearOne.test(said)) return "yes";
  return refusals.test(said) ? "no" : "unclear";
};
