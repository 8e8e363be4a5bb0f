/** Works out an expression by its grammar; nothing is ever executed. */

const token = /\s*(\d+(?:\.\d+)?|\.\d+|\*\*|[-+*/%^()])/y;

const tokensOf = (text: string): string[] => {
  const source = text.replace(/×/g, "*").replace(/÷/g, "/").replace(/−/g, "-").replace(/,/g, "").trim();
  const found: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    if (!match?.[1]) throw new RangeError("That is not an expression.");
    found.push(match[1] === "**" ? "^" : match[1]);
  }
  return found;
};

/** @throws RangeError when it is no expression, too long, or has no finite value. */
export const evaluate = (expression: string): number => {
  if (expression.length > 200) throw new RangeError("That expression is too long.");
  const tokens = tokensOf(expression);
  let at = 0;
  const accept = (...wanted: string[]): string | undefined =>
    wanted.includes(tokens[at] ?? "") ? tokens[at++] : undefined;
  const value = (): number => {
    if (accept("(")) {
      const inner = sum();
      if (!accept(")")) throw new RangeError("A bracket is missing.");
      return inner;
    }
    const number = Number(tokens[at++] ?? Number.NaN);
    if (Number.isNaN(number)) throw new RangeError("A number is missing.");
    return number;
  };
  const signed = (): number => (accept("-") ? -signed() : accept("+") ? signed() : power());
  const power = (): number => {
    const base = value();
    return accept("^") ? base ** signed() : base;
  };
  const product = (): number => {
    let left = signed();
    for (let operator = accept("*", "/", "%"); operator; operator = accept("*", "/", "%")) {
      const right = signed();
      left = operator === "*" ? left * right : operator === "/" ? left / right : left % right;
    }
    return left;
  };
  const sum = (): number => {
    let left = product();
    for (let operator = accept("+", "-"); operator; operator = accept("+", "-")) {
      const right = product();
      left = operator === "+" ? left + right : left - right;
    }
    return left;
  };
  const result = sum();
  if (at < tokens.length) throw new RangeError("That is not an expression.");
  if (!Number.isFinite(result)) throw new RangeError("That has no finite value.");
  return Number(result.toPrecision(12));
};
