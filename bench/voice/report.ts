/** Figures side by side: the pipeline, a peer of the same run, and the ratio. */
import { type Figure, figuresOf } from "./figures.ts";
import type { LoadResult } from "./load.ts";

const shown = ({ value, unit }: Figure): string => {
  if (Number.isNaN(value)) return "–";
  const digits = unit === "" ? 0 : Math.abs(value) < 10 ? 2 : 1;
  return `${value.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`;
};

export const table = (results: readonly LoadResult[]): string => {
  const [first, ...peers] = results;
  if (first === undefined) return "";
  const columns = results.map(figuresOf);
  const calls = `${first.calls} call${first.calls === 1 ? "" : "s"}`;
  const heads = [first.subject, ...peers.flatMap(({ subject }) => [subject, "ratio"])];
  const lines = (columns[0] ?? []).map((figure, row) => {
    const cells = peers.flatMap((_, peer) => {
      const other = columns[peer + 1]?.[row];
      if (other === undefined) return ["–", ""];
      const ratio = figure.isRatio ? figure.value / other.value : Number.NaN;
      return [shown(other), Number.isFinite(ratio) ? ratio.toFixed(2) : ""];
    });
    return line(figure.name, [shown(figure), ...cells]);
  });
  return [line(calls, heads), ...lines, ""].join("\n");
};

const line = (name: string, cells: readonly string[]): string =>
  `${name.padEnd(46)}${cells.map((cell) => cell.padStart(14)).join("")}`;
