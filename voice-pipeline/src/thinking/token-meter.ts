/** What a call's thinking costs: the provider's own count where it comes, an estimate where an answer was cut short. */

export interface TokenUse {
  input: number;
  output: number;
}

/** Four letters of English; a letter of most other scripts is longer in bytes and shorter in tokens. */
export const tokensIn = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4);

export class TokenMeter {
  #uses = new Set<TokenUse>();

  /** One question that was sent; it counts from now on, also when nobody waits for its end. */
  open(input: number) {
    const use: TokenUse = { input, output: 0 };
    this.#uses.add(use);
    return {
      said: (text: string): void => {
        use.output += tokensIn(text);
      },
      counted: (by: TokenUse): void => {
        Object.assign(use, by);
      },
      /** The provider did not take the question. */
      refused: (): void => {
        this.#uses.delete(use);
      },
    };
  }

  get total(): TokenUse {
    let [input, output] = [0, 0];
    for (const use of this.#uses) [input, output] = [input + use.input, output + use.output];
    return { input, output };
  }
}
