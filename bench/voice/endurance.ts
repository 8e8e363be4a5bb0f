/** A hundred calls for minutes or an hour: nothing may run dry, no frame may be lost, and memory must not grow after the first minute. */
import { overload } from "./figures.ts";
import { runLoad } from "./load.ts";
import { table } from "./report.ts";
import { growthPerMinute } from "./slope.ts";
import { standstills } from "./standstills.ts";
import { pipeline } from "./subjects/subjects.ts";

const calls = 100;
const warmMinute = 60;

export const endure = async (minutes: number, say: (text: string) => void): Promise<void> => {
  say(`${calls} calls for ${minutes} minutes …`);
  const result = await runLoad(pipeline(), calls, { warmSeconds: 7, seconds: minutes * 60 });
  say(table([result]));
  const later = result.memory.filter(({ second }) => second >= warmMinute);
  say(
    `memory, MB: ${result.memory
      .filter(({ second }) => second % 60 === 0)
      .map(({ mb }) => mb.toFixed(0))
      .join(" ")}`,
  );
  say(`memory grows by ${growthPerMinute(later).toFixed(2)} MB a minute after the first (least squares)`);
  for (const each of standstills(result)) say(each);
  const why = overload(result);
  say(why.length === 0 ? "borne" : `not borne: ${why.join(", ")}`);
  say(`frames heard ${result.callers.framesHeard}, frames to speech-to-text ${result.fakes.heard.received}`);
  if (why.length > 0) process.exitCode = 1;
};
