/** What the callers' handshakes are signed with, as the fake mesh tells it. */
export const streamSignature = "bench";
