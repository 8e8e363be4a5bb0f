// A few seconds in which a person can think again.
import { onScopeDispose, ref } from "vue";

export function useCountdown(seconds: number, onDone: () => void) {
  const left = ref<number>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop(): void {
    clearInterval(timer);
    left.value = undefined;
  }

  function start(): void {
    stop();
    left.value = seconds;
    timer = setInterval(() => {
      if (left.value === undefined) return;
      left.value -= 1;
      if (left.value > 0) return;
      stop();
      onDone();
    }, 1_000);
  }

  onScopeDispose(stop);
  return { left, start, stop };
}
