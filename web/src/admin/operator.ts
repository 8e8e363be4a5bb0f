// Which operator is signed in: a session of its own, whoever the person in this browser is.
import { useQueryCache } from "@pinia/colada";
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { type BodyOf, onTokenRefused } from "../api/ask.ts";
import { dropToken, keepToken, onTokenChanged, readToken } from "../session/token.ts";
import { askAdmin } from "./ask-admin.ts";

export const useOperator = defineStore("operator", () => {
  const token = ref(readToken("operator"));
  const isSignedIn = computed(() => token.value !== null);
  /** The API took the token no longer, so that whoever comes back is told why. */
  const hasRunOut = ref(false);
  const cache = useQueryCache();

  function forget(): void {
    token.value = null;
    dropToken("operator");
    for (const entry of cache.getEntries({ key: ["admin"] })) cache.remove(entry);
  }

  async function logIn(body: BodyOf<"adminLogin">): Promise<void> {
    const session = await askAdmin("adminLogin", { body });
    keepToken(session.token, "operator");
    token.value = session.token;
    hasRunOut.value = false;
  }

  /** At once in every tab; the API hears of it as soon as it can be reached. */
  function logOut(): void {
    askAdmin("adminLogout", {}).catch(() => undefined);
    forget();
  }

  onTokenRefused(() => {
    hasRunOut.value = true;
    forget();
  }, "operator");
  onTokenChanged((now) => {
    if (now === token.value) return;
    forget();
    if (now === null) return;
    keepToken(now, "operator");
    token.value = now;
  }, "operator");

  return { isSignedIn, hasRunOut, logIn, logOut };
});
