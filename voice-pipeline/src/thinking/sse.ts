/** Server-sent events, read from the pieces in which they come: yields the data of each event. */

export async function* eventData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = "";
  let data: string[] = [];
  for await (const piece of body) {
    held += decoder.decode(piece, { stream: true });
    if (held.length > 1 << 20) throw new Error("An event is larger than 1 MiB.");
    for (let end = held.indexOf("\n"); end >= 0; end = held.indexOf("\n")) {
      const line = held.slice(0, end).replace(/\r$/, "");
      held = held.slice(end + 1);
      if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      else if (line === "" && data.length > 0) {
        yield data.join("\n");
        data = [];
      }
    }
  }
}
