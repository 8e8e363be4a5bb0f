// Who is signed in, in every tab alike.
import { useQueryCache } from "@pinia/colada";
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { type AnswerOf, ask, type BodyOf, onTokenRefused } from "../api/ask.ts";
import { dropToken, keepToken, onTokenChanged, readToken } from "./token.ts";

export type Person = AnswerOf<"me">["user"];

export const useSession = defineStore("session", () => {
  const token = ref(readToken());
  const person = ref<Person>();
  const isSignedIn = computed(() => token.value !== null);
  const cache = useQueryCache();

  /** What one person saw is not shown to the next. */
  function forget(): void {
    token.value = null;
    person.value = undefined;
    dropToken();
    // An operator's answers in this browser are not this person's.
    for (const entry of cache.getEntries({ predicate: ({ key }) => key[0] !== "admin" })) cache.remove(entry);
  }

  function enter(session: AnswerOf<"login">): void {
    keepToken(session.token);
    token.value = session.token;
    person.value = session.user;
    void cache.invalidateQueries({}, "all");
  }

  async function load(): Promise<void> {
    const asked = token.value;
    if (asked === null) return;
    const { user } = await ask("me", {});
    // Who logged out while it was asked stays nobody.
    if (token.value === asked) person.value = user;
  }

  async function logIn(body: BodyOf<"login">): Promise<void> {
    enter(await ask("login", { body }));
  }

  async function register(body: BodyOf<"register">): Promise<void> {
    enter(await ask("register", { body }));
    // Times are shown as on this person's wall; should it fail, the account page sets it.
    const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    await ask("updateProfile", { body: { time_zone } }).then(load, () => undefined);
  }

  /** Forgotten here and in every tab at once, however slow the server is; there the token dies as soon as it hears of it. */
  function logOut(): void {
    ask("logout", {}).catch(() => undefined);
    forget();
  }

  onTokenRefused(forget);
  onTokenChanged((now) => {
    if (now === token.value) return;
    forget();
    if (now === null) return;
    keepToken(now);
    token.value = now;
    void load();
  });

  return { person, isSignedIn, enter, load, logIn, register, logOut, forget };
});
