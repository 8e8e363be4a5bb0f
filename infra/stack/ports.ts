// Ports: those of the design for a person, any free ones for a test. One that is taken is named with the way out.
import { createServer, type Server } from "node:net";

export interface Ports {
  readonly gateway: number;
  readonly voice: number;
  readonly sandbox: number;
  readonly sql: number;
  readonly web: number;
}

/** The variable that moves each port. */
export const portVariables = {
  gateway: "GATEWAY_PORT",
  voice: "VOICE_PORT",
  sandbox: "SANDBOX_PORT",
  sql: "SQL_PORT",
  web: "WEB_PORT",
} as const;

const host = "127.0.0.1";

/** Five different ports that were free a moment ago. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(Object.keys(portVariables).map(() => listen(0)));
  const [gateway = 0, voice = 0, sandbox = 0, sql = 0, web = 0] = servers.map(portOf);
  await Promise.all(servers.map(close));
  return { gateway, voice, sandbox, sql, web };
}

/** @throws Error that names the port in use and the variable that moves it */
export async function requireFree(port: number, variable: string): Promise<void> {
  try {
    await close(await listen(port));
  } catch (cause) {
    throw new Error(
      `Port ${port} is in use. Stop the program that has it, or set ${variable} to another port.`,
      { cause },
    );
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
