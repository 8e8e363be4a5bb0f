// A call's events on their way from the voice pipeline to the mesh: gzipped lines, no larger than a request may be.

/** A call whose events are more is cut there. */
export const mostReplayBytes = 900_000;

const magic = [0x1f, 0x8b] as const;

/** RFC 1952, 2.3.1: what every gzip file begins with. */
export const isGzip = (bytes: Uint8Array): boolean => magic.every((byte, index) => bytes[index] === byte);
