/**
 * Reads a socket into one place that all sockets share, instead of into a new buffer for each read: at fifty reads a second and
 * call those buffers were up to a tenth of the work (docs/decisions/0111). Node does so itself for sockets that it opens
 * (`onread` of net.connect) and has no public name for it on those that it accepts; where its parts are not found, the socket
 * is read as any other.
 */
import type { Duplex } from "node:stream";

const place = Buffer.allocUnsafeSlow(64 * 1024);

type Take = (piece: Buffer) => void;
/** What net.Socket keeps of `onread`. The callback answers whether to read on. */
type Parts = Record<symbol, Buffer | ((bytes: number) => boolean) | null>;

const partOf = (socket: Duplex, name: string): symbol | undefined =>
  Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);

/** @param take is given bytes that are there until it returns */
export const readInPlace = (socket: Duplex, take: Take): void => {
  // What was read before, and all where there is no other way.
  socket.on("data", take);
  const [buffer, callback] = [partOf(socket, "kBuffer"), partOf(socket, "kBufferCb")];
  const handle = "_handle" in socket ? (socket._handle as { useUserBuffer?(place: Buffer): void }) : null;
  if (buffer === undefined || callback === undefined || !handle?.useUserBuffer) return;
  const parts = socket as unknown as Parts;
  parts[buffer] = place;
  parts[callback] = (bytes) => {
    take(place.subarray(0, bytes));
    return true;
  };
  handle.useUserBuffer(place);
};
