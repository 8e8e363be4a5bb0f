// One JSON line per event on stderr. Never a statement or a parameter: they hold what people said.

export function logEvent(event: string, fields: Record<string, string | number> = {}): void {
  process.stderr.write(
    `${JSON.stringify({ at: new Date().toISOString(), service: "sql", event, ...fields })}\n`,
  );
}
