// One call, kept fresh while anything about it can still change: told by its live socket while it runs, asked for while
// the socket cannot be had, and asked for after the end until the money is settled.
import { useQuery, useQueryCache } from "@pinia/colada";
import { computed, type Ref, ref, shallowRef, watch } from "vue";
import { ApiError, ask } from "../api/ask.ts";
import { type Call, hear, isOver, lastSeq, nothingHeard, together } from "./call-so-far.ts";
import { watchCall } from "./live-socket.ts";

const askEveryMs = 1_000;
const settled: readonly NonNullable<Call["payment"]>["state"][] = [
  "captured",
  "released",
  "refunded",
  "failed",
];

export function useCall(id: Ref<string>) {
  const cache = useQueryCache();
  const isLost = ref(false);
  const isTold = ref(false);
  const heard = shallowRef(nothingHeard);
  const { data, error, refetch } = useQuery({
    key: () => ["call", id.value],
    query: ({ signal }) => ask("getCall", { params: { id: id.value }, signal }),
    staleTime: 0,
  });
  const answered = computed(() => data.value?.call);
  const call = computed(() => answered.value && together(answered.value, heard.value));
  const hasEnded = computed(() => call.value !== undefined && isOver(call.value.status));
  const isSettled = computed(
    () =>
      answered.value !== undefined &&
      isOver(answered.value.status) &&
      (answered.value.payment === null || settled.includes(answered.value.payment.state)),
  );

  watch(id, () => {
    heard.value = nothingHeard;
    isLost.value = false;
  });
  watch(
    [id, () => answered.value !== undefined, hasEnded],
    ([callId, isKnown, isDone], _, onCleanup) => {
      if (!isKnown || isDone) return;
      const leave = watchCall({
        callId,
        after: () => lastSeq(answered.value, heard.value),
        hear: (message) => {
          heard.value = hear(heard.value, message);
        },
        onPresence: (isThere) => {
          isTold.value = isThere;
          if (isThere) isLost.value = false;
          else if (!navigator.onLine) isLost.value = true;
        },
      });
      onCleanup(() => {
        leave();
        isTold.value = false;
      });
    },
    { immediate: true },
  );
  watch(
    [id, isSettled, isTold],
    (_, __, onCleanup) => {
      if (isSettled.value || isTold.value) return;
      let timer: ReturnType<typeof setTimeout>;
      const look = async (): Promise<void> => {
        const state = await refetch();
        isLost.value = state.error instanceof ApiError && state.error.code === "OFFLINE";
        if (!isSettled.value && !isTold.value) timer = setTimeout(look, askEveryMs);
      };
      timer = setTimeout(look, hasEnded.value ? 0 : askEveryMs);
      onCleanup(() => clearTimeout(timer));
    },
    { immediate: true },
  );
  watch(isSettled, (now) => now && void cache.invalidateQueries({ key: ["calls"] }));

  return { call, drafts: computed(() => heard.value.drafts), hasEnded, isLost, error, refetch };
}
