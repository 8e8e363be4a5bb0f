/** Whether a text is English, told by the small words in it. Told of single clauses, so it must be able to say nothing. Pure. */

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

/** Small words of English that the languages below do not have: no "was", "will", "of", "is", "so", "me". */
const english = words(
  "the it and at to you your my our their his she they this that these those there then than with from " +
    "have has had are were would could should can what when where which who how why because about for " +
    "i'd it's that's let's its been being does did if but just only very some any please yes until",
);

/** Small words that are no English ones, and those that often stand at figures: "Uhr", "kost", "horas". */
const others = words(
  [
    // German
    "der das und ist nicht ich sie ein eine einen einem einer mit auf wir ihr uns euch sich dem im zum zur von vom bei",
    "nach aus durch ohne gegen bis seit kein keine haben habe sind seid wird werden wurde noch nur schon auch aber oder",
    "wenn weil dass doch ja nein bitte danke heute morgen gestern jetzt hier dort dann danach immer wieder sehr mehr viel",
    "alles etwas nichts mein meine dein deine sein seine wie wer warum wann welche gerne uhr jahre tage stunden minuten",
    "prozent leute kostet kosten kommt kommen gibt geht dauert",
    // Dutch
    "een het niet ik je jij wij zij hij van voor naar bij ook nog geen deze dit dat er zijn hebben heeft heb worden wordt",
    "kan kunnen moet moeten zal zou om te uit als wat waar wanneer wie mijn jouw jullie onze altijd nooit vandaag gisteren",
    "bedankt goed kost uur jaar dagen",
    // Spanish
    "el los las una por para que con y del un unos unas es muy pero cuando donde quien porque si se te lo su sus mi tu",
    "nos ese eso aquí hoy ahora estoy tiene tienen tengo tenemos cuesta cuestan horas minutos gracias hola usted ustedes",
    "cada todos desde hasta",
    // French
    "le la les de des en est et dans vous nous je tu il ils elles ne pas sur avec chez mais ou donc ce cet cette ces mes",
    "tes ses notre nos votre vos leur leurs qui quoi quand combien pourquoi avons avez ont suis es sommes sont fait faire",
    "peut aussi alors ici demain hier merci bonjour oui heures jours ans du au",
    // Italian
    "che di sono gli della dello dei delle nel nella alla dalla sul sulla anche quando quanto quanti questo questa quello",
    "tuo suo hanno hai abbiamo avete siamo siete molto oggi domani ieri adesso qui poi sempre ancora grazie buongiorno",
    "costa costano giorni anni minuti mesi",
    // Portuguese
    "uma os das nas não mais muito tem ter foi ser eu ele ela eles elas meu minha seu sua isso isto aqui hoje",
    "agora onde quem obrigado obrigada custa custam dias anos",
  ].join(" "),
);

/** Places and people: Los Angeles, Le Mans, Ludwig van Beethoven; and what English borrows. */
const names =
  /\b(?:El|Los|Las|La|Le|Les|De|Del|Des|Di|Du|Da|Van|Con|Che|Costa) [A-Z]\w+|\b[A-Z]\w+ (?:van|von|de|da|di|du|del|della)(?: der| den| la)? [A-Z]\w+|\b(?:de facto|en route|per se|du jour|et al)\b/g;
const isAddress = (text: string): boolean => /[@/]|\w\.\w/.test(text);

const contraction = /(?:n't|'re|'ve|'ll|'m)$/;
const elision = /^(?:[CcDdJjLlNnSs]|[Qq]u|[Uu]n|[Dd]ell|[Nn]ell|[Ss]ull|[Aa]ll)'\p{Ll}/u;
const borrowed = words("café cafés cliché fiancé fiancée jalapeño naïve résumé");

/** +1 for English, -1 against it. Abbreviations are of no language: EST is a time zone. */
const vote = (word: string): number => {
  if (word === "I") return 1;
  if (word.length > 1 && word === word.toUpperCase()) return 0;
  const small = word.toLowerCase();
  if (english.has(small) || contraction.test(small)) return 1;
  if (others.has(small) || elision.test(word)) return -1;
  // José is a name in English too.
  const isName = word[0] !== small[0] && word.length > 2;
  return isName || borrowed.has(small) || /^[a-z']+$/.test(small) ? 0 : -1;
};

/** Null when it does not tell. "The van leaves at ten" is English though "van" alone is Dutch. */
export const isEnglish = (text: string): boolean | null => {
  if (/[^\P{L}\p{Script=Latin}\p{Script=Common}]/u.test(text)) return false;
  const parts = text.replaceAll("’", "'").replace(names, " ").split(/\s+/);
  const found = parts.flatMap((part) => (isAddress(part) ? [] : (part.match(/\p{L}[\p{L}']*/gu) ?? [])));
  const votes = found.reduce((sum, word) => sum + vote(word), 0);
  return votes === 0 ? null : votes > 0;
};
