/**
 * "Stop calling me": the wish not to be called any more, however it is put. Source: 47 CFR 64.1200(a)(10) (any reasonable
 * means). A plain "stop" is only an interruption, and "don't stop" the opposite.
 */
import type { CallState } from "./call-state.ts";

const call = "(?:call|ring|phone|contact|text)";
const calling = "(?:calling|ringing|phoning|contacting|texting)";
const not = "(?:do not|don't|dont|never)";
const me = "(?:me|us|(?:my|this|our) (?:number|phone|house|home)|here)";
const oath = "(?:bloody|damn|goddamn|freaking|fucking)";
/** What may follow the wish; anything else makes it another sentence: "don't call me Al", "don't call me now". */
const end =
  "(?=,|$| (?:again|any ?more|ever|please|at all|back|here|this number|on this|at this|every|all the time|so|and|or|because|you|i|okay|ok|thanks|thank you|from now on|from today)\\b)";
/** How a wish without "me" begins: at the start of a clause, after no more than words like these. */
const polite =
  "please|just|now|and|but|so|oh|no|yes|ok|okay|hey|hi|hello|look|listen|well|really|kindly|then|stop it|(?:i|we) (?:said|say|mean)";
const toYou =
  "(?:can|could|would|will) you|you (?:can|could|must|should|have to|need to|better|are to)|you'd better|(?:i|we) (?:told|asked|tell|ask|want|need|would like) you(?: people)? to|(?:i'd like|i'm asking|i'm telling|i am asking|i am telling) you to";
const wishing = `(?:^|, ?)(?:(?:${polite}|${toYou}) )*`;
const wanting = `(?:^|, ?)(?:(?:${polite}|${toYou}|(?:i|we) (?:want|need|wish|would like) to|i'd like to) )*`;

const wishes = [
  `\\b(?:stop|quit) (?:${oath} )?${calling} ${me}${end}`,
  `\\b${not} (?:you )?(?:dare )?(?:ever )?(?:${oath} )?${call} ${me}${end}`,
  `\\b(?:you|to) (?:must |should |are )?(?:not|never) (?:to )?(?:ever )?${call} ${me}${end}`,
  `\\b(?:asked|told) you not to ${call}\\b`,
  `${wishing}(?:stop|quit) (?:${oath} )?${calling}(?: (?:now|please|again|already|everyone|people))?(?=,|$)`,
  `(?:^|, ?)(?:(?:${polite}) )*${not} (?:you )?(?:dare )?(?:ever )?${call} (?:back|again|any ?more|here|ever again)\\b(?! and again)`,
  `\\b${not} want (?:any more|any of (?:these|your)|more|these|those|your) (?:phone )?calls\\b`,
  `\\b${not} want (?:any )?(?:phone )?calls(?: from you)?(?=,|$)`,
  `\\b${not} want to be (?:called|phoned|contacted)${end}`,
  `\\b${not} want you to (?:ever )?${call} (?:${me}|again|any ?more)${end}`,
  `${wishing}(?:lose|forget|delete|erase|remove) (?:my|this|our) (?:phone )?number\\b`,
  `\\b(?:take|remove|delete) (?:me|us|my number|my name|this number) (?:off|from)(?: of)? (?:your|the|this|that|any) (?:(?:call|calling|phone|contact) )?(?:list|lists|system|database)\\b(?! (?:for|of))`,
  "\\b(?:put|add|place) (?:me|us|my number|my name|this number) (?:on|onto|to) (?:your|the|a) do not call (?:list|registry)\\b",
  "\\b(?:no more|stop the|stop these|stop your|stop all) calls\\b",
  `${wanting}(?:unsubscribe|opt out|opt me out)(?: me| us)?(?: now| please| of this| of these calls| of your calls| from this| from these calls| from your calls)?(?=,|$)`,
  "\\bunsubscribe me\\b",
  "\\b(?:ruf|rufen sie) (?:mich|uns|hier) (?:bitte )?(?:nicht|nie) (?:mehr|wieder) an\\b",
  "\\b(?:hör|hören sie) (?:bitte )?auf,? (?:mich|uns|hier) anzurufen\\b",
  "\\bno me (?:llame|llames|llamen) (?:más|mas|nunca)\\b",
  "\\b(?:deja|deje|dejen) de llamar(?:me|nos)\\b",
  "\\bne m'appele[zr] plus\\b",
  "\\barrête[zr]? de m'appeler\\b",
].map((wish) => new RegExp(wish));

/** A condition, a quotation, a complaint that somebody no longer calls, or a wish for the opposite is no opt-out. */
const doubts = [
  /\b(did|did not|didn't|why did|why do|if|when|until|before|afraid|worried|scared|thought) (that )?(i|you|he|she|they|we)\b.*\b(stop|call)/,
  /\b(don't|dont|do not|never|not|can't|cannot|couldn't|won't|wouldn't|doesn't|didn't) (ever |want you to |want them to |want him to |want her to )?stop (calling|ringing|phoning)/,
  /\b(he|she|they|it|everybody|everyone|nobody|somebody|someone|people) (just |only |always )?(said|says|say|told|tells|tell|asked|asks|ask|wanted|wants|begged|yelled|shouted)\b/,
  /(?<!(do|don't|would|could|can|will|if|that|because) )\byou (just |really |also )?(don't|do not|dont|never) (ever )?(call|ring|phone|contact|text)\b/,
  /(?<!(do|don't|would|could|can|will|if) )\b(he|she|they|people|friends|nobody) (just |really |also )?(don't|do not|dont|never|doesn't) (ever )?(call|ring|phone|contact|text)\b/,
  /\b(my|our|his|her|their|the) (\w+ )?(kids|children|grandkids|grandchildren|sons?|daughters?|brothers?|sisters?|family|friends?|parents|relatives|neighbou?rs|mother|father|mum|mom|dad|wife|husband|boss|doctor) (just |really |also )?(don't|do not|dont|never|doesn't) (ever )?(call|ring|phone|contact|text)\b/,
  /\bwhy (don't|dont|do not|won't) (you|we|they) (ever |just )?(call|ring|phone|contact|text)\b/,
];

/** In sentences: what is doubtful in one leaves the next as it is. */
const sentencesOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll("’", "'")
    .split(/[.!?;。！？…]+/)
    .map((sentence) =>
      sentence
        .replace(/[:–—]/g, ",")
        .replace(/[^\p{L}\p{N}',\s]/gu, " ")
        .replace(/\s+/g, " ")
        .replaceAll(" ,", ",")
        .trim(),
    );

/** Whether these words ask never to be called again. */
export const isOptOut = (text: string): boolean =>
  sentencesOf(text).some(
    (said) => wishes.some((wish) => wish.test(said)) && !doubts.some((doubt) => doubt.test(said)),
  );

/** Notes the wish, once a call; answers whether it is new. It holds from this moment, whatever becomes of the call. */
export const noteOptOut = (state: CallState, source: "spoken" | "digit", evidence: string): boolean => {
  if (state.hasOptedOut) return false;
  state.hasOptedOut = true;
  state.act({ type: "opt-out", source, evidence });
  return true;
};
