// Takes a body's bytes up to a limit, so that no caller decides how much memory a request costs.
import { fail } from "@callmeback/shared/contract/errors";

const mostBytes = 1_048_576;

const tooLarge = () => fail("PAYLOAD_TOO_LARGE", "The body may have at most 1 MB.");

/** The body's pieces as they come. Errors: `PAYLOAD_TOO_LARGE`. */
async function* piecesOf(request: Request): AsyncGenerator<Uint8Array> {
  if (Number(request.headers.get("Content-Length") ?? 0) > mostBytes) tooLarge();
  if (request.body === null) return;
  const reader = request.body.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    bytes += value.byteLength;
    if (bytes > mostBytes) {
      await reader.cancel();
      tooLarge();
    }
    yield value;
  }
}

/** The body as text, byte for byte as it was sent (a signature may cover it). Errors: `PAYLOAD_TOO_LARGE`, `VALIDATION_ERROR`. */
export async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decode = (piece?: Uint8Array): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      return fail("VALIDATION_ERROR", "The body is not UTF-8.", {
        details: { fields: [{ path: "", message: "must be UTF-8" }] },
      });
    }
  };
  let text = "";
  for await (const piece of piecesOf(request)) text += decode(piece);
  return text + decode();
}

/** The body of a route that takes no text. Errors: `PAYLOAD_TOO_LARGE`. */
export async function readBytes(request: Request): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(request)) pieces.push(piece);
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
