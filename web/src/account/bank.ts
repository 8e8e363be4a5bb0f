// What may need the bank's yes: keeping a card, and holding an amount on it. Where the bank wants its customer to prove
// that it is them (3-D Secure), Stripe.js shows its page; with the sandbox the page is shown in `BankDialog`.
import { onScopeDispose, ref } from "vue";
import { ApiError, ask } from "../api/ask.ts";
import { appConfig } from "../config.ts";
import { m } from "../messages.ts";
import { askStripe, type Intent } from "./stripe-api.ts";
import { loadStripe } from "./stripe-js.ts";
import { type CardFields, tokeniseCard } from "./tokenise-card.ts";

const lookEveryMs = 500;
const granted = ["requires_capture", "succeeded"];

export function useBank() {
  /** The bank's page, while it waits for its customer. */
  const page = ref<string>();
  const giveUp = (): void => {
    page.value = undefined;
  };
  onScopeDispose(giveUp);

  /** @throws ApiError in words, when the bank was not convinced or its page was closed */
  async function prove(path: string, clientSecret: string): Promise<void> {
    const look = () => askStripe<Intent>(`${path}?client_secret=${encodeURIComponent(clientSecret)}`);
    let intent = await look();
    page.value = intent.next_action?.use_stripe_sdk?.stripe_js;
    while (page.value !== undefined && intent.status === "requires_action") {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      intent = await look();
    }
    giveUp();
    if (granted.includes(intent.status)) return;
    const fault = intent.last_payment_error ?? intent.last_setup_error;
    throw new ApiError("CARD_DECLINED", fault?.message ?? m.cards.notProven);
  }

  /** The payment intent of a hold for so many minutes. @throws ApiError */
  async function hold(minutes: number): Promise<string> {
    const placed = await ask("createPaymentIntent", { body: { estimated_duration: minutes } });
    const { payment_intent_id: id, client_secret: clientSecret } = placed;
    if (placed.status === "held") return id;
    if (appConfig().stripeUrl !== null) {
      await prove(`payment_intents/${id}`, clientSecret);
      return id;
    }
    const { error } = await (await loadStripe()).handleNextAction({ clientSecret });
    if (error !== undefined) throw new ApiError("CARD_DECLINED", error.message ?? m.cards.notProven);
    return id;
  }

  /** A card that its bank lets be kept, as a payment method. Only with the sandbox. @throws ApiError */
  async function setUp(card: CardFields): Promise<string> {
    const payment_method = await tokeniseCard(card);
    const { setup_intent_id: id, client_secret } = await ask("createSetupIntent", {});
    const path = `setup_intents/${id}`;
    const intent = await askStripe<Intent>(`${path}/confirm`, { client_secret, payment_method });
    if (!granted.includes(intent.status)) await prove(path, client_secret);
    return payment_method;
  }

  return { page, giveUp, hold, setUp };
}
