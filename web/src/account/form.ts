// A form held to the contract's own schema: faults appear beside their fields, from here or from the API.
import { reactive, ref } from "vue";
import type * as z from "zod";
import { ApiError } from "../api/ask.ts";
import { useToasts } from "../kit/toasts.ts";

export function useForm<T extends Record<string, unknown>, S extends z.ZodType>(schema: S, initial: T) {
  const values = reactive({ ...initial });
  const faults = reactive<Record<string, string>>({});
  const isBusy = ref(false);
  const toasts = useToasts();

  function mark(list: readonly { path: string; message: string }[]): void {
    for (const key of Object.keys(faults)) delete faults[key];
    for (const { path, message } of list) faults[path.split(".")[0] ?? ""] ??= message;
  }

  /** Says what is wrong now; `undefined` when something is. */
  function check(given: unknown): z.input<S> | undefined {
    const result = schema.safeParse(given);
    mark(
      result.success
        ? []
        : result.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message })),
    );
    return result.success ? (given as z.input<S>) : undefined;
  }

  /** Checks one field while it is being filled in; what was not touched stays unmarked. */
  function checkField(name: string, given: unknown): void {
    const result = schema.safeParse(given);
    const issue = result.success ? undefined : result.error.issues.find((each) => each.path[0] === name);
    if (issue === undefined) delete faults[name];
    else faults[name] = issue.message;
  }

  async function send(given: unknown, work: (body: z.input<S>) => Promise<void>): Promise<void> {
    const body = check(given);
    if (body === undefined) return focusFirstFault();
    isBusy.value = true;
    try {
      await work(body);
    } catch (error) {
      if (error instanceof ApiError && error.fields.length > 0) {
        mark(error.fields);
        focusFirstFault();
      } else toasts.bad(error);
    } finally {
      isBusy.value = false;
    }
  }

  return { values, faults, isBusy, check, checkField, send };
}

function focusFirstFault(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
