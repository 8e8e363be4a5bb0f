/** Server-sent events, read from the pieces in which they come: yields the data of each event. */

const largestEvent = 1 << 20;

/** @throws Error when an event is larger than any answer is */
export async function* eventData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = "";
  let data: string[] = [];
  let size = 0;
  for await (const piece of body) {
    held += decoder.decode(piece, { stream: true });
    let from = 0;
    for (let end = held.indexOf("\n"); end >= 0; end = held.indexOf("\n", from)) {
      const line = held.slice(from, held[end - 1] === "\r" ? end - 1 : end);
      from = end + 1;
      if (line.startsWith("data:")) {
        data.push(line.slice(5).replace(/^ /, ""));
        size += line.length;
      } else if (line === "" && data.length > 0) {
        yield data.join("\n");
        [data, size] = [[], 0];
      }
    }
    held = held.slice(from);
    if (held.length + size > largestEvent) throw new Error("An event is larger than 1 MiB.");
  }
  // Some servers leave out the empty line after the last event.
  if (held.startsWith("data:")) data.push(held.slice(5).trim());
  if (data.length > 0) yield data.join("\n");
}
