// Light or dark: as the system says, until somebody chooses.
import { defineStore } from "pinia";
import { computed, ref, watchEffect } from "vue";

const key = "callmeback.theme";

export const useTheme = defineStore("theme", () => {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const systemIsDark = ref(system.matches);
  system.addEventListener("change", (event) => {
    systemIsDark.value = event.matches;
  });
  const chosen = ref(localStorage.getItem(key));
  const isDark = computed(() => (chosen.value === null ? systemIsDark.value : chosen.value === "dark"));
  watchEffect(() => {
    document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
  });
  return {
    isDark,
    toggle(): void {
      chosen.value = isDark.value ? "light" : "dark";
      localStorage.setItem(key, chosen.value);
    },
  };
});
