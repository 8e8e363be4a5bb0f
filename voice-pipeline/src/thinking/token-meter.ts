/** What a call's thinking costs: the provider's own count where it comes, an estimate where an answer was cut short. */
import { tokensIn } from "../conversation/tokens.ts";

export interface TokenUse {
  input: number;
  output: number;
}

export class TokenMeter {
  readonly #total: TokenUse = { input: 0, output: 0 };

  /** One question that was sent; it counts from now on, also when nobody waits for its end. */
  open(input: number) {
    let own: TokenUse = { input: 0, output: 0 };
    const count = (use: TokenUse): void => {
      this.#total.input += use.input - own.input;
      this.#total.output += use.output - own.output;
      own = use;
    };
    count({ input, output: 0 });
    return {
      said: (text: string): void => count({ ...own, output: own.output + tokensIn(text) }),
      counted: count,
      /** The provider did not take the question. */
      refused: (): void => count({ input: 0, output: 0 }),
    };
  }

  get total(): TokenUse {
    return { ...this.#total };
  }
}
