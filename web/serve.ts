// The web app as a process of the local stack: builds it, which takes a second, and serves what was built, as it will be
// served in production. `/config.json` says where this stack's API is.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const { WEB_PORT = "", WEB_DIR = "", WEB_CONFIG = "" } = process.env;
const root = fileURLToPath(new URL(".", import.meta.url));
const outDir = resolve(WEB_DIR);
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

function send(response: ServerResponse, file: string): void {
  const isHashed = file.startsWith(join(outDir, "assets") + sep);
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
  });
  createReadStream(file).pipe(response);
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/config.json") {
    response
      .writeHead(200, { "content-type": "application/json", "cache-control": "no-cache" })
      .end(WEB_CONFIG);
    return;
  }
  const file = join(outDir, normalize(pathname));
  const isOurs = file.startsWith(outDir + sep) && existsSync(file) && statSync(file).isFile();
  // Whatever is no file is a page of the app, which its own router knows.
  if (isOurs) send(response, file);
  else if (pathname.startsWith("/assets/")) response.writeHead(404).end();
  else send(response, join(outDir, "index.html"));
});

await build({
  root,
  configFile: join(root, "vite.config.ts"),
  logLevel: "warn",
  build: { outDir, emptyOutDir: true },
});
server.listen(Number(WEB_PORT), "127.0.0.1", () => {
  process.stdout.write(`ready http://127.0.0.1:${WEB_PORT}\n`);
});

const stop = (): void => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
};
for (const event of ["SIGINT", "SIGTERM", "disconnect"]) process.once(event, stop);
