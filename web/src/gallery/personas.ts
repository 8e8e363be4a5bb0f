// The personas that fit the search, the tags there are, and which are favourites.
import { useMutation, useQuery, useQueryCache } from "@pinia/colada";
import { computed, type Ref } from "vue";
import { ask } from "../api/ask.ts";
import { useToasts } from "../kit/toasts.ts";
import { useSession } from "../session/session.ts";

interface Filters {
  search: Readonly<Ref<string>>;
  tag: Readonly<Ref<string>>;
  isOnlyFavourites: Readonly<Ref<boolean>>;
}

export function usePersonas({ search, tag, isOnlyFavourites }: Filters) {
  const { data, isPending, error, refetch } = useQuery({
    key: ["personas"],
    query: ({ signal }) => ask("listPersonas", { query: { limit: 100, sort: "created_asc" }, signal }),
  });
  const { favourites } = useFavourites();
  const everybody = computed(() => data.value?.personas ?? []);
  const tags = computed(() => {
    const counts = new Map<string, number>();
    for (const each of everybody.value.flatMap((persona) => persona.tags))
      counts.set(each, (counts.get(each) ?? 0) + 1);
    return [...counts].sort(([, one], [, other]) => other - one).map(([name]) => name);
  });
  const shown = computed(() => {
    const wanted = search.value.trim().toLowerCase();
    return everybody.value.filter(
      (each) =>
        (tag.value === "" || each.tags.includes(tag.value)) &&
        (!isOnlyFavourites.value || favourites.value.has(each.id)) &&
        `${each.name} ${each.description} ${each.tags.join(" ")}`.toLowerCase().includes(wanted),
    );
  });
  return { shown, tags, favourites, isLoading: isPending, error, refetch };
}

/** Which personas the person keeps, and how to keep or let go of one. */
export function useFavourites() {
  const session = useSession();
  const cache = useQueryCache();
  const toasts = useToasts();
  const { data } = useQuery({
    key: ["contacts"],
    query: ({ signal }) => ask("listContacts", { signal }),
    enabled: () => session.isSignedIn,
  });
  const favourites = computed(() => new Set(data.value?.contacts.map((each) => each.persona_id) ?? []));
  const { mutate: toggle } = useMutation({
    mutation: async (personaId: string): Promise<void> => {
      if (favourites.value.has(personaId)) await ask("removeContact", { params: { personaId } });
      else await ask("addContact", { body: { persona_id: personaId } });
    },
    onError: (error) => toasts.bad(error),
    onSettled: () => cache.invalidateQueries({ key: ["contacts"] }),
  });
  return { favourites, toggle };
}
