// One call, kept fresh while anything about it can still change.
import { useQuery, useQueryCache } from "@pinia/colada";
import { computed, type Ref, ref, watch } from "vue";
import { type AnswerOf, ApiError, ask } from "../api/ask.ts";

export type Call = AnswerOf<"getCall">["call"];

const liveEveryMs = 700;
const settled: readonly NonNullable<Call["payment"]>["state"][] = [
  "captured",
  "released",
  "refunded",
  "failed",
];
const ends: readonly Call["status"][] = ["completed", "failed", "canceled"];

export function useCall(id: Ref<string>) {
  const cache = useQueryCache();
  const isLost = ref(false);
  const { data, error, refetch } = useQuery({
    key: () => ["call", id.value],
    query: ({ signal }) => ask("getCall", { params: { id: id.value }, signal }),
    staleTime: 0,
  });
  const call = computed(() => data.value?.call);
  const isOver = computed(() => call.value !== undefined && ends.includes(call.value.status));
  const isSettled = computed(
    () =>
      isOver.value &&
      (call.value?.payment === null || settled.includes(call.value?.payment.state ?? "pending")),
  );

  watch(
    [id, isSettled],
    (_, __, onCleanup) => {
      if (isSettled.value) return;
      let timer: ReturnType<typeof setTimeout>;
      const look = async (): Promise<void> => {
        const state = await refetch();
        isLost.value = state.error instanceof ApiError && state.error.code === "OFFLINE";
        timer = setTimeout(look, liveEveryMs);
      };
      timer = setTimeout(look, liveEveryMs);
      onCleanup(() => clearTimeout(timer));
    },
    { immediate: true },
  );
  watch(isSettled, (now) => now && void cache.invalidateQueries({ key: ["calls"] }));

  return { call, isOver, isLost, error, refetch };
}
