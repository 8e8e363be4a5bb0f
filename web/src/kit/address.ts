// Filters and the page of a list live in the address, so that a reload and the back button keep them.
import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";

export function useAddress() {
  const route = useRoute();
  const router = useRouter();
  const word = (name: string): string =>
    typeof route.query[name] === "string" ? (route.query[name] ?? "") : "";
  /** Another filter begins at the first page again. */
  const set = (changes: Record<string, string | undefined>) =>
    router.replace({ query: { ...route.query, page: undefined, ...changes } });
  const filter = (name: string) =>
    computed({ get: () => word(name), set: (value: string) => void set({ [name]: value || undefined }) });
  const page = computed(() => Math.max(1, Number(word("page")) || 1));
  return { word, set, filter, page };
}
