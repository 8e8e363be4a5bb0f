/** The tone after which a mailbox records. */
import { encodeSample } from "./mu-law.ts";

const beepHz = 1_025;
const loudness = 9_000;

export const beep = (ms: number): Buffer =>
  Buffer.from(
    Uint8Array.from({ length: ms * 8 }, (_, n) =>
      encodeSample(loudness * Math.cos((2 * Math.PI * beepHz * n) / 8_000)),
    ),
  );
