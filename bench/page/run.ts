// How soon the page shows it: from the end of the countdown of "Call me" to ringing, and from words that were recognised
// to the same words on the page. The whole house, a real browser, the sandbox without delays of its own.
import { answers, startCall } from "../../tests/browser/calling.ts";
import { logInAsDemo, startWebStack, type WebStack } from "../../tests/browser/web-stack.ts";
import { percentile } from "../voice/percentile.ts";
import { overhear } from "./overheard.ts";
import { delays, type Seen } from "./seen.ts";

type Page = Awaited<ReturnType<WebStack["visit"]>>;

const calls = 5;
const sentences = [
  "Good evening, I would like to talk about the garden.",
  "Tomorrow we plant three apple trees beside the old wall.",
  "Which of them would you water first?",
];

/** Notes in the page what is shown at each frame in which it changed. */
const observer = `
  window.seen = [];
  new MutationObserver(() => requestAnimationFrame(() => {
    const at = Date.now();
    if (window.ringing === undefined && document.querySelector('[data-status="ringing"]')) window.ringing = at;
    const all = [...document.querySelectorAll(".turns li.caller p, .drafts li.caller p")];
    const text = all.at(-1)?.textContent;
    if (text && text !== window.seen.at(-1)?.text) window.seen.push({ at, text });
  })).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });`;

/** From the request that opens the call to the sight of its ringing. */
const ringingMs = (page: Page) =>
  page.evaluate<number>(`window.ringing - performance.timeOrigin -
    performance.getEntriesByType("resource").filter((each) => each.name.endsWith("/create-payment-intent")).at(-1).startTime`);

function report(name: string, values: readonly number[], atMostMs: number): void {
  const [p50, p95] = [percentile(values, 50), percentile(values, 95)];
  const cells = [p50, p95].map((each) => `${each.toFixed(0)} ms`.padStart(9)).join("");
  process.stdout.write(
    `${name.padEnd(44)}${String(values.length).padStart(5)}${cells}${`${atMostMs} ms`.padStart(9)}${(p50 / atMostMs).toFixed(2).padStart(7)}\n`,
  );
}

/** Behind who overhears stands the sandbox still, which understands its own speech only: it is typed, not spoken. */
const typesWhatIsSaid = (page: Page) =>
  page.route("**/config.json", async (route) => {
    const config = await (await route.fetch()).json();
    await route.fulfill({ json: { ...config, hearsVoices: false } });
  });

async function call(page: Page): Promise<Seen[]> {
  await startCall(page);
  await page.getByRole("button", { name: "Answer" }).click({ timeout: 60_000 });
  for (const [index, sentence] of sentences.entries()) {
    await answers(page, index + 1);
    await page.getByLabel("Say something").fill(sentence);
    await page.getByRole("button", { name: "Say it" }).click();
  }
  await answers(page, sentences.length + 1);
  await page.getByRole("main").getByRole("button", { name: "Hang up" }).click();
  await page.locator('[data-payment="captured"]').waitFor({ timeout: 60_000 });
  return page.evaluate<Seen[]>("window.seen");
}

export async function run(): Promise<void> {
  const line = await overhear();
  const web = await startWebStack({ DEEPGRAM_URL: line.url });
  const ringing: number[] = [];
  const shown: number[] = [];
  let unseen = 0;
  try {
    line.leadTo(web.stack.sandboxUrl.replace(/^http/, "ws"));
    const page = await web.visit();
    await page.addInitScript(observer);
    await typesWhatIsSaid(page);
    await logInAsDemo(page);
    for (let index = 0; index < calls; index += 1) {
      const before = line.recognised.length;
      const seen = await call(page);
      ringing.push(await ringingMs(page));
      const words = delays(line.recognised.slice(before), seen);
      shown.push(...words.ms);
      unseen += words.unseen;
    }
  } finally {
    await web.stop();
    await line.close();
  }
  process.stdout.write(`\n${"".padEnd(44)}    n      p50      p95  at most  p50/it\n`);
  report('"Call me" (after its countdown) to ringing', ringing, 1_000);
  report("recognised words to words on the page", shown, 150);
  process.stdout.write(`recognised pieces that the page never showed: ${unseen}\n`);
}
