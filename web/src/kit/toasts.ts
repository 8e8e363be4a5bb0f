// Short notes at the edge of the page; each says what happened and, where something can be done, what.
import { defineStore } from "pinia";
import { ref } from "vue";
import { wordsFor } from "../api/ask.ts";

export interface Toast {
  id: number;
  tone: "good" | "bad";
  text: string;
}

export const useToasts = defineStore("toasts", () => {
  const toasts = ref<Toast[]>([]);
  let next = 1;
  const add = (tone: Toast["tone"], text: string): void => {
    toasts.value.push({ id: next, tone, text });
    next += 1;
  };
  return {
    toasts,
    good: (text: string) => add("good", text),
    bad: (error: unknown) => add("bad", wordsFor(error)),
    drop: (id: number) => {
      toasts.value = toasts.value.filter((toast) => toast.id !== id);
    },
  };
});
