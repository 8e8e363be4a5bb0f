/**
 * "Stop calling me": the wish not to be called any more, however it is put. Source: 47 CFR 64.1200(a)(10) (any reasonable
 * means). A plain "stop" is only an interruption, and "don't stop" the opposite.
 */
import type { CallState } from "./call-state.ts";

const wishes = [
  /\b(stop|quit) (calling|ringing|phoning) (me|us|this number|here)\b/,
  /\b(do not|don't|dont|never) (ever )?(call|ring|phone) (me|us|this number|here)( (again|any ?more|ever))?\b/,
  /\b(take|remove) (me|us|my number|this number) (off|from) (your|the|this) (call(ing)? )?list\b/,
  /\b(no more|stop the|stop these|stop your) calls\b/,
  /\bunsubscribe me\b/,
  /\b(ruf|rufen sie) (mich|uns|hier) (bitte )?(nicht|nie) (mehr|wieder) an\b/,
  /\bno me (llame|llames|llamen) (más|mas|nunca)\b/,
  /\bne m'appele[zr] plus\b/,
];

/** A condition, a quotation or a wish for the opposite is no opt-out. */
const doubts = [
  /\b(did|did not|didn't|why did|why do|if|when|until|before) (i|you|he|she|they|we)\b.*\b(stop|call)/,
  /\b(don't|do not|never) stop calling\b/,
  /\b(don't|do not) (call|ring|phone) (me|us) (a|an|the|your|that|names|late|before|after|until|at)\b/,
];

/** Whether these words ask never to be called again. */
export const isOptOut = (text: string): boolean => {
  const said = text
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[^\p{L}\p{N}'\s]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return wishes.some((wish) => wish.test(said)) && !doubts.some((doubt) => doubt.test(said));
};

/** Notes the wish, once a call; answers whether it is new. It holds from this moment, whatever becomes of the call. */
export const noteOptOut = (state: CallState, source: "spoken" | "digit", evidence: string): boolean => {
  if (state.hasOptedOut) return false;
  state.hasOptedOut = true;
  state.act({ type: "opt-out", source, evidence });
  return true;
};
