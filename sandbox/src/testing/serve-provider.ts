/** One provider alone on a free loopback port, for its own tests: real HTTP and real WebSockets, nothing else around. */
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Provider } from "../provider.ts";

export interface ServedProvider {
  port: number;
  url: string;
  close(): Promise<void>;
}

export const serveProvider = async (provider: Provider): Promise<ServedProvider> => {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    await provider.request?.(request, url, await buffer(request), response);
  });
  server.on("upgrade", (request, socket, head) => {
    provider.upgrade?.(request, new URL(request.url ?? "/", `http://${request.headers.host}`), socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The test server has no port.");
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        provider.close?.();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
