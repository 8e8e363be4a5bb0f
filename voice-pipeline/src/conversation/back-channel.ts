/** Which words take the turn. A listener's "mhm" does not; two words, or one that means something, do. */
import { plain, wordsOf } from "./plain-words.ts";

const listening = new Set(
  [
    "mhm,mm,mmm,mm-hmm,hmm,hm,uh-huh,aha,ah,oh,yeah,yep,yes,right,okay,ok,sure,i see,go on",
    "ja,jaja,genau,stimmt,klar,achso,ach so,ach ja,verstehe",
    "sí,si,claro,vale,ajá,ya,ya veo,entiendo",
    "oui,ouais,d'accord,ah bon,je vois,voilà",
    "certo,va bene,già,capisco,esatto",
    "sim,pois,pois é,tá,tá bom,entendo",
    "precies,oké,tak,rozumiem,evet,tamam,anladım",
    "да,угу,ага,понятно,так,ясно",
    "はい,うん,ええ,そうですね,なるほど,嗯,对,是的,好的,네,응,그래요",
    "हाँ,हां,जी,अच्छा,نعم,أيوه,طيب",
  ].flatMap((language) => language.normalize("NFC").split(",")),
);

export const isBackChannel = (text: string): boolean => {
  const words = wordsOf(text);
  return listening.has(plain(text)) || words.every((word) => listening.has(word));
};

export const takesTurn = (text: string): boolean => wordsOf(text).length > 0 && !isBackChannel(text);

const hellos =
  /^((hello|hallo|hi|hey|hiya|hullo|hola|ola|olá|aló|allô|allo|bonjour|ciao|pronto|moshi|もしもし|喂|여보세요|alo)( there)?( |$))+/;
const ownName =
  /^((this is|it is|it's|hier ist|c'est|soy) )?[\p{L}'-]+( [\p{L}'-]+)?( here| speaking| am apparat)?$/u;
const named = /^(this is|it is|it's|hier ist|c'est|soy) |( here| speaking| am apparat)$/;

/** How somebody answers a telephone: a hello, with their name or without. */
export const isHello = (text: string): boolean => {
  const said = wordsOf(text)
    .filter((word) => !listening.has(word))
    .join(" ");
  const rest = said.replace(hellos, "").trim();
  return (rest === "" && said !== "") || (named.test(rest) && ownName.test(rest));
};
