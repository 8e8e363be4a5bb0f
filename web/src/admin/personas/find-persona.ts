// One persona of the system. The API lists personas and gives none alone to operators, so the list is gone through.
import type { AnswerOf } from "../../api/ask.ts";
import { askAdmin } from "../ask-admin.ts";

type Persona = AnswerOf<"adminListPersonas">["personas"][number];

/** Null when there is none with this id, or it is a person's. @throws ApiError */
export async function findSystemPersona(id: string, signal: AbortSignal): Promise<Persona | null> {
  for (let page = 1; ; page += 1) {
    const { personas, pagination } = await askAdmin("adminListPersonas", {
      query: { page, limit: 100 },
      signal,
    });
    const found = personas.find((each) => each.id === id);
    if (found !== undefined) return found.created_by === "system" ? found : null;
    if (page >= pagination.pages) return null;
  }
}
