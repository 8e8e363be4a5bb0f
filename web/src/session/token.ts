// The person's token, kept in this browser until they log out.
const key = "callmeback.token";

export const readToken = (): string | null => localStorage.getItem(key);

export function keepToken(token: string): void {
  localStorage.setItem(key, token);
}

export function dropToken(): void {
  localStorage.removeItem(key);
}

/** Another tab logged in or out. */
export function onTokenChanged(listener: (token: string | null) => void): void {
  window.addEventListener("storage", (event) => {
    if (event.key === key || event.key === null) listener(readToken());
  });
}
