/**
 * A hundred calls for minutes or an hour: nothing may run dry, no frame may be lost, and memory must not grow after the first
 * minute. What is resident follows the room that the heap takes between two sweeps; what lives after them tells whether
 * anything is kept for good.
 */
import { overload } from "./figures.ts";
import { type LoadResult, runLoad } from "./load.ts";
import { table } from "./report.ts";
import { growthPerMinute } from "./slope.ts";
import { standstills } from "./standstills.ts";
import { pipeline } from "./subjects/subjects.ts";

const calls = 100;
const warmMinute = 60;

/** What lived after each sweep. It holds what the sweep carried out of the nursery too, which is more or less each time. */
const livingIn = ({ inside, from }: LoadResult): { second: number; mb: number }[] =>
  (inside?.sweeps ?? []).map(({ at, mb }) => ({ second: (at - from) / 1000, mb }));

export const endure = async (minutes: number, say: (text: string) => void): Promise<void> => {
  say(`${calls} calls for ${minutes} minutes …`);
  const result = await runLoad(pipeline(), calls, { warmSeconds: 7, seconds: minutes * 60 });
  say(table([result]));
  const isLater = ({ second }: { second: number }) => second >= warmMinute;
  say(
    `resident at the end of each minute, MB: ${result.memory
      .filter(({ second }) => second % 60 === 0)
      .map(({ mb }) => mb.toFixed(0))
      .join(" ")}`,
  );
  const living = livingIn(result);
  say(`lived after each sweep of the heap, MB: ${living.map(({ mb }) => mb.toFixed(1)).join(" ")}`);
  const growth = (samples: typeof living) => growthPerMinute(samples.filter(isLater)).toFixed(2);
  say(
    `after the first minute, MB a minute (least squares): resident ${growth(result.memory)}, living ${growth(living)}`,
  );
  for (const each of standstills(result)) say(each);
  const why = overload(result);
  say(why.length === 0 ? "borne" : `not borne: ${why.join(", ")}`);
  say(`frames heard ${result.callers.framesHeard}, frames to speech-to-text ${result.fakes.heard.received}`);
  if (why.length > 0) process.exitCode = 1;
};
