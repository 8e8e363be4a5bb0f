/**
 * The mesh's door into this process: `POST /prepare` with a call that rings, `DELETE /prepare/<call>` when nobody answered. Only
 * whoever shows the key that node and mesh share is read at all.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { callToPrepare } from "@callmeback/shared/contract/voice";
import { isOneOf } from "../secret.ts";
import type { PreparedCalls } from "./prepared-calls.ts";

export interface DoorParts {
  nodeKey: string;
  prepared: PreparedCalls;
  /** Why no call may come now; null when one may. */
  refusal(): string | null;
}

/** A persona's and a scenario's texts at their longest are a tenth of this. */
const mostBytes = 512 * 1024;

export const isPrepareDoor = (path: string | undefined): boolean => /^\/prepare(\/|$)/.test(path ?? "");

/** Null when it is not JSON. @throws when it is too much and did not say so, which ends the connection */
const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    pieces.push(piece);
    bytes += pieces.at(-1)?.length ?? 0;
    if (bytes > mostBytes) throw new Error("A body without end.");
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch {
    return null;
  }
};

export const answerPrepare = async (
  request: IncomingMessage,
  response: ServerResponse,
  { nodeKey, prepared, refusal }: DoorParts,
): Promise<void> => {
  const answer = (status: number, body: object): void => {
    // What was not read of the request must not be taken for the next one.
    const headers = { "content-type": "application/json", ...(status < 400 ? {} : { connection: "close" }) };
    response.writeHead(status, headers).end(JSON.stringify(body));
  };
  const callId = /^\/prepare\/([0-9a-f-]{36})$/.exec(request.url ?? "")?.[1];
  const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if (!isOneOf([nodeKey], key)) answer(401, { message: "This needs the key that node and mesh share." });
  else if (request.method === "DELETE" && callId !== undefined) {
    prepared.forget(callId);
    answer(200, { status: "forgotten" });
  } else if (request.method !== "POST" || request.url !== "/prepare")
    answer(405, { message: "POST /prepare, or DELETE /prepare/<call>." });
  else if (Number(request.headers["content-length"]) > mostBytes) answer(413, { message: "Too much." });
  else {
    const { data, error } = callToPrepare.safeParse(await readJson(request));
    const why = refusal();
    if (!data)
      answer(400, {
        message: error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
      });
    else if (why !== null) answer(503, { message: why });
    else if (prepared.prepare(data)) answer(202, { status: "prepared" });
    else answer(503, { message: "full" });
  }
};
