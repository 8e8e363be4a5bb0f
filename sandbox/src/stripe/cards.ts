/**
 * Stripe's test cards: which token or number behaves how. The bank's mind is here and nowhere else.
 * Source: Stripe's testing page. Cards that decline cannot be attached to a customer either, except the one that
 * is meant to be (`pm_card_chargeCustomerFail`) and its two brothers, which are ours: for an account that is empty by the
 * time of the call, and for a bank that stumbles.
 */

interface Decline {
  code: string;
  declineCode?: string;
  message: string;
}

export interface CardBehaviour {
  /** Refuses charges (after authentication, if that is asked for). */
  decline?: Decline;
  /** Refuses to be attached or set up, too. */
  declinesAttach?: boolean;
  /** When the cardholder must authenticate: at every payment, or until once set up. */
  authenticate?: "always" | "until-set-up" | "on-session";
}

export interface TestCard {
  brand: string;
  number: string;
  behaviour: CardBehaviour;
}

const declined = (code: string, message: string, declineCode?: string): CardBehaviour => ({
  decline: declineCode === undefined ? { code, message } : { code, message, declineCode },
  declinesAttach: true,
});
const generic = declined("card_declined", "Your card was declined.", "generic_decline");
const emptied: Decline = {
  code: "card_declined",
  message: "Your card has insufficient funds.",
  declineCode: "insufficient_funds",
};
const stumbling: Decline = {
  code: "processing_error",
  message: "An error occurred while processing your card. Try again in a little bit.",
};

const card = (brand: string, number: string, behaviour: CardBehaviour = {}): TestCard => ({
  brand,
  number,
  behaviour,
});

const decliningCards: Record<string, TestCard> = {
  chargeDeclined: card("visa", "4000000000000002", generic),
  chargeDeclinedInsufficientFunds: card("visa", "4000000000009995", {
    decline: emptied,
    declinesAttach: true,
  }),
  chargeDeclinedLostCard: card(
    "visa",
    "4000000000009987",
    declined("card_declined", "Your card was declined.", "lost_card"),
  ),
  chargeDeclinedStolenCard: card(
    "visa",
    "4000000000009979",
    declined("card_declined", "Your card was declined.", "stolen_card"),
  ),
  chargeDeclinedExpiredCard: card(
    "visa",
    "4000000000000069",
    declined("expired_card", "Your card has expired."),
  ),
  chargeDeclinedIncorrectCvc: card(
    "visa",
    "4000000000000127",
    declined("incorrect_cvc", "Your card's security code is incorrect."),
  ),
  chargeDeclinedProcessingError: card("visa", "4000000000000119", {
    decline: stumbling,
    declinesAttach: true,
  }),
  chargeDeclinedVelocityLimitExceeded: card(
    "visa",
    "4000000000006975",
    declined(
      "card_declined",
      "Your card was declined for making repeated attempts too frequently.",
      "card_velocity_exceeded",
    ),
  ),
};

/** Tokens without their `pm_card_` prefix; declining ones exist with and without `visa_`. */
const tokens: Record<string, TestCard> = {
  visa: card("visa", "4242424242424242"),
  visa_debit: card("visa", "4000056655665556"),
  mastercard: card("mastercard", "5555555555554444"),
  mastercard_debit: card("mastercard", "5200828282828210"),
  amex: card("amex", "378282246310005"),
  discover: card("discover", "6011111111111117"),
  jcb: card("jcb", "3566002020360505"),
  diners: card("diners", "3056930009020004"),
  unionpay: card("unionpay", "6200000000000005"),
  us: card("visa", "4242424242424242"),
  ...decliningCards,
  ...Object.fromEntries(Object.entries(decliningCards).map(([name, each]) => [`visa_${name}`, each])),
  chargeCustomerFail: card("visa", "4000000000000341", {
    decline: { code: "card_declined", declineCode: "generic_decline", message: "Your card was declined." },
  }),
  chargeCustomerFailInsufficientFunds: card("visa", "4000000000000358", { decline: emptied }),
  chargeCustomerFailProcessingError: card("visa", "4000000000000366", { decline: stumbling }),
  authenticationRequired: card("visa", "4000002760003184", { authenticate: "always" }),
  authenticationRequiredOnSetup: card("visa", "4000002500003155", { authenticate: "until-set-up" }),
  authenticationRequiredSetupForOffSession: card("visa", "4000003800000446", { authenticate: "on-session" }),
  authenticationRequiredChargeDeclinedInsufficientFunds: card("visa", "4000008260003178", {
    authenticate: "always",
    decline: emptied,
  }),
  threeDSecure2Required: card("visa", "4000000000003220", { authenticate: "always" }),
};

const byNumber = new Map(Object.values(tokens).map((each) => [each.number, each]));

/** The card behind `pm_card_…` (payment methods) or `tok_…` (tokens of the old kind). */
export const cardByToken = (token: string): TestCard | undefined => {
  const name = token.startsWith("pm_card_")
    ? token.slice(8)
    : token.startsWith("tok_")
      ? token.slice(4)
      : undefined;
  return name !== undefined && Object.hasOwn(tokens, name) ? tokens[name] : undefined;
};

export const cardByNumber = (number: string): TestCard | undefined => byNumber.get(number);

/** The checksum that every card number carries (ISO/IEC 7812-1, Luhn). */
export const hasChecksum = (number: string): boolean => {
  if (!/^\d{12,19}$/.test(number)) return false;
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? Number(digit) : Number(digit) * 2;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
};
