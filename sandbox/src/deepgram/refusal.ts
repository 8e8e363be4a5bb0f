/** Deepgram's way to refuse an upgrade: an HTTP status, a code and a sentence. */

export class DeepgramRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  body(requestId: string): object {
    return { err_code: this.code, err_msg: this.message, request_id: requestId };
  }
}

export const invalidQuery = (message: string): DeepgramRefusal =>
  new DeepgramRefusal(400, "INVALID_QUERY_PARAMETER", message);

/** Credentials: `Token <key>`, `Bearer <key>`, or a browser's `Sec-WebSocket-Protocol: token, <key>`. */
export const checkCredentials = (
  headers: { authorization?: string | undefined; "sec-websocket-protocol"?: string | undefined },
  apiKey: string,
): void => {
  const header = /^(?:token|bearer)\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const offered = /^(?:token|bearer)\s*,\s*(.+)$/i.exec(headers["sec-websocket-protocol"] ?? "")?.[1];
  if ((header ?? offered)?.trim() !== apiKey)
    throw new DeepgramRefusal(401, "INVALID_AUTH", "Invalid credentials.");
};
