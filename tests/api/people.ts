// People who come through the front door: registered over HTTP, each with an address and a number that nobody else has.
import type { ApiClient } from "./client.ts";

export interface RegisteredPerson {
  token: string;
  id: string;
  email: string;
  phone: string;
  password: string;
}

let count = 0;

/** A new person without a verified phone or a card. */
export async function register(
  api: ApiClient,
  headers: Record<string, string> = {},
): Promise<RegisteredPerson> {
  count += 1;
  const email = `person${count}@example.com`;
  const phone = `+1415555${String(2000 + count)}`;
  const password = "SecurePass123!";
  const { user, token } = await api.good("register", {
    body: { name: "Ada Lovelace", email, password, phone },
    headers,
  });
  return { token, id: user.id, email, phone, password };
}
