// Having a persona of one's own call for nothing. What was asked for once is not asked for twice: should the answer get lost,
// the next try finds the same call.
import { useQueryCache } from "@pinia/colada";
import { ref } from "vue";
import { useRouter } from "vue-router";
import { ApiError, ask } from "../api/ask.ts";
import { useToasts } from "../kit/toasts.ts";
import { m } from "../messages.ts";
import { useSession } from "../session/session.ts";

export function useTryOut() {
  const [session, router, toasts, cache] = [useSession(), useRouter(), useToasts(), useQueryCache()];
  const isDialling = ref(false);
  let key: string = crypto.randomUUID();

  async function start(personaId: string): Promise<void> {
    const phone_number = session.person?.phone;
    if (phone_number === undefined || isDialling.value) return;
    isDialling.value = true;
    try {
      const { call } = await ask("tryPersona", {
        params: { id: personaId },
        headers: { "Idempotency-Key": key },
        body: { phone_number },
      });
      key = crypto.randomUUID();
      void cache.invalidateQueries({ key: ["calls"] });
      await router.push(`/calls/${call.id}`);
    } catch (error) {
      if (error instanceof ApiError && error.code !== "OFFLINE") key = crypto.randomUUID();
      const isAlive = error instanceof ApiError && error.code === "CONCURRENT_CALLS";
      toasts.bad(isAlive ? new ApiError(error.code, m.call.now.alive) : error);
    } finally {
      isDialling.value = false;
    }
  }

  return { isDialling, start };
}
