// A recording as HTTP gives it to a player: streamed, of a known length, and in part to whoever seeks.
import { logFault } from "@callmeback/shared/domain/log";
import type { Playing } from "./play.ts";

/** @param keepOn keeps the Worker alive for as long as it streams */
export function wavAnswer(
  { stretch: { from, until }, isPart, fileBytes, sound }: Playing,
  keepOn: (streaming: Promise<void>) => void,
): Response {
  const { readable, writable } = new FixedLengthStream(until - from);
  keepOn(pour(sound, writable));
  const headers = {
    "Content-Type": "audio/wav",
    "Content-Disposition": 'inline; filename="call.wav"',
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-store",
    ...(isPart ? { "Content-Range": `bytes ${from}-${until - 1}/${fileBytes}` } : {}),
  };
  return new Response(readable, { status: isPart ? 206 : 200, headers });
}

/** A listener who leaves is no fault: the rest is simply not fetched. */
async function pour(sound: AsyncGenerator<Uint8Array>, into: WritableStream<Uint8Array>): Promise<void> {
  const writer = into.getWriter();
  let hasLeft = false;
  const leave = () => {
    hasLeft = true;
  };
  try {
    for await (const piece of sound) {
      await writer.write(piece).catch(leave);
      if (hasLeft) return;
    }
    await writer.close().catch(leave);
  } catch (error) {
    logFault({ worker: "call-orchestrator", event: "a recording was not played to its end" }, error);
    await writer.abort(error).catch(leave);
  }
}
