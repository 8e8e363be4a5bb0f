// Where somebody wanted to go before they had to stop here; only ever a place of our own.
import { useRoute } from "vue-router";

export function useNext(otherwise: string): () => string {
  const route = useRoute();
  return () => {
    const { next } = route.query;
    return typeof next === "string" && /^\/(?!\/)/.test(next) ? next : otherwise;
  };
}
