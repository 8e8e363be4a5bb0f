// The tokens that this browser keeps until their owner logs out: a person's, and apart from it an operator's.
export type Whose = "person" | "operator";

const keys: Record<Whose, string> = { person: "callmeback.token", operator: "callmeback.operator-token" };

export const readToken = (whose: Whose = "person"): string | null => localStorage.getItem(keys[whose]);

export function keepToken(token: string, whose: Whose = "person"): void {
  localStorage.setItem(keys[whose], token);
}

export function dropToken(whose: Whose = "person"): void {
  localStorage.removeItem(keys[whose]);
}

/** Another tab logged in or out. */
export function onTokenChanged(listener: (token: string | null) => void, whose: Whose = "person"): void {
  window.addEventListener("storage", (event) => {
    if (event.key === keys[whose] || event.key === null) listener(readToken(whose));
  });
}
