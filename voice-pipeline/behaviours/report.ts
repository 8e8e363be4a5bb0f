/**
 * Writes docs/voice-behaviours.md: runs the pipeline's tests, holds the calls that measure.ts measures, and puts both beside
 * what DESIGN asks for. It fails when a test that a row names is not there or does not pass.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import * as z from "zod";
import { type Figures, measure } from "./measure.ts";
import type { Row } from "./rows/row.ts";
import { rows } from "./rows.ts";

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
});

interface Result {
  file: string;
  name: string;
  isPassed: boolean;
}

const runTests = (): Result[] => {
  const directory = mkdtempSync(join(tmpdir(), "callmeback-behaviours-"));
  const file = join(directory, "tests.json");
  const files = [...new Set(rows.flatMap(({ tests }) => tests.map(([name]) => name)))];
  const flags = ["run", "--reporter=json", `--outputFile=${file}`];
  spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", ...flags, ...files], { stdio: "ignore" });
  const { testResults } = report.parse(JSON.parse(readFileSync(file, "utf8")));
  rmSync(directory, { recursive: true });
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: relative(process.cwd(), name),
      name: [...ancestorTitles, title].join(" › "),
      isPassed: status === "passed",
    })),
  );
};

/** @throws Error when there is no such test, or when it did not pass */
const proofsOf = (row: Row, results: readonly Result[]): string => {
  const proofs = row.tests.map(([file, start]) => {
    const found = results.filter((result) => result.file === file && result.name.startsWith(start));
    const [first] = found;
    if (first === undefined) throw new Error(`There is no test "${start}" in ${file}.`);
    const failed = found.find(({ isPassed }) => !isPassed);
    if (failed) throw new Error(`"${failed.name}" in ${file} did not pass.`);
    const count = found.length > 1 ? ` (and ${found.length - 1} more)` : "";
    return `\`${file.replace("voice-pipeline/src/", "")}\` › ${first.name.replaceAll("|", "\\|")}${count}`;
  });
  return proofs.join("<br>");
};

const figureOf = ({ figure }: Row, figures: Figures): string => {
  if (typeof figure === "string") return figures[figure];
  return Array.isArray(figure) ? figure.map((each) => figures[each]).join("; ") : figure.elsewhere;
};

const labels = "| behaviour | to reach | measured | would fail without it |\n| --- | --- | --- | --- |";

const results = runTests();
const proofs = rows.map((row) => proofsOf(row, results));
const figures = await measure();
const table = rows.map(
  (row, index) =>
    `| ${row.behaviour} | ${row.goal ?? ""} | ${[figureOf(row, figures), row.lacking].filter(Boolean).join("; ")} | ${proofs[index]} |`,
);
const page = "docs/voice-behaviours.md";
writeFileSync(
  page,
  `# What a call does, and what shows it

Made by \`node infra/run.mjs behaviours\`: ${results.filter(({ isPassed }) => isPassed).length} tests passed, and the figures are of calls held in that run, on the machine of
that day, in real time over real sockets: one call for each figure, the observer at the telephone, providers at their usual
pace (speech-to-text 150 ms, first token 250 ms and then 60 a second, speech 120 ms to its first byte). Where they speak of 100
calls, these are the bench's (\`pnpm bench voice\` has more of them). Files are under \`voice-pipeline/src\`, or as they are named.

${labels}
${table.join("\n")}
`,
);
spawnSync(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "format", "--write", page]);
process.stdout.write(`${page}\n`);
process.exit(0);
