// Functions of a persona's maker: what bounds them. Pure.

export const mostFunctions = 8;
export const longestFunctionUrl = 500;
/** The model reads no more of an answer. */
export const mostAnswer = 2_000;

/** What every persona can do by itself. */
export const ownFunctionNames: readonly string[] = ["get_current_time", "calculate", "end_call"];

/** What a model is told of a function that did not work. */
export const failedFunction = (why: string) => ({
  ok: false,
  result: `error: ${why} Say in your own words that it did not work.`,
});

const local = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** HTTPS anywhere; plain HTTP only to the machine of whoever tries it out, which a deployed Worker cannot reach. */
export function isFunctionUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && local.has(url.hostname));
}
