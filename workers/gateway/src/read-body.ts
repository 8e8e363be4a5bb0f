// Takes a body's bytes up to a limit, so that no caller decides how much memory a request costs.
import { fail } from "@callmeback/shared/contract/errors";

const mostBytes = 1_048_576;

const tooLarge = () => fail("PAYLOAD_TOO_LARGE", "The body may have at most 1 MB.");

/** The body as text, byte for byte as it was sent (a signature may cover it). Errors: `PAYLOAD_TOO_LARGE`, `VALIDATION_ERROR`. */
export async function readBody(request: Request): Promise<string> {
  if (Number(request.headers.get("Content-Length") ?? 0) > mostBytes) tooLarge();
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const reader = request.body.getReader();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    bytes += value?.byteLength ?? 0;
    if (bytes > mostBytes) {
      await reader.cancel();
      tooLarge();
    }
    try {
      text += decoder.decode(value, { stream: !done });
    } catch {
      fail("VALIDATION_ERROR", "The body is not UTF-8.", {
        details: { fields: [{ path: "", message: "must be UTF-8" }] },
      });
    }
    if (done) return text;
  }
}
