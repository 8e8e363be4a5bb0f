/** What a call's thinking costs: the provider's own count where it comes, an estimate where an answer was cut short. */

export interface TokenUse {
  input: number;
  output: number;
}

/** Four letters of English; a letter of most other scripts is longer in bytes and shorter in tokens. */
export const tokensIn = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4);

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
