// What a call is about: a template of choice, and words for its variables.
import { useQuery } from "@pinia/colada";
import { computed, reactive, ref } from "vue";
import { ask, type BodyOf } from "../api/ask.ts";

export type Scenario = ReturnType<typeof useScenario>;

export function useScenario(chosenId: unknown) {
  const { data } = useQuery({
    key: ["templates"],
    query: ({ signal }) => ask("listScenarioTemplates", { signal }),
  });
  const id = ref(typeof chosenId === "string" ? chosenId : "");
  /** What was typed, by the variable's name; a name that another template uses too keeps its words. */
  const words = reactive<Record<string, string>>({});
  const templates = computed(() => data.value?.scenario_templates ?? []);
  const chosen = computed(() => templates.value.find((each) => each.id === id.value));

  /** The scenario's part of a wish for a call. What was left empty is not sent. */
  function wish(): Pick<BodyOf<"createCall">, "scenario_template_id" | "variables"> {
    if (chosen.value === undefined) return {};
    const given = chosen.value.variables.flatMap(({ name }) => {
      const word = words[name]?.trim();
      return word ? [[name, word] as const] : [];
    });
    return { scenario_template_id: chosen.value.id, variables: Object.fromEntries(given) };
  }

  return reactive({ id, words, templates, chosen, wish });
}
