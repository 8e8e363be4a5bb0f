// Breaks the build when the first page's JavaScript, gzipped, is larger than promised.
import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

export interface Budget {
  /** The page's module, relative to the web app. */
  readonly page: string;
  readonly gzipBytes: number;
}

/** Counts the entry, the page, and everything that both import before they can run. */
export function firstRouteBudget({ page, gzipBytes }: Budget): Plugin {
  return {
    name: "first-route-budget",
    apply: "build",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter(
        (file): file is Rolldown.OutputChunk => file.type === "chunk",
      );
      const wanted = chunks.filter(
        (chunk) => chunk.isEntry || chunk.moduleIds.some((id) => id.replaceAll("\\", "/").endsWith(page)),
      );
      if (!wanted.some((chunk) => !chunk.isEntry))
        this.error(`No chunk holds ${page}: the budget cannot be checked.`);
      const needed = new Set<string>();
      const visit = (name: string): void => {
        if (needed.has(name)) return;
        needed.add(name);
        for (const each of chunks.find((chunk) => chunk.fileName === name)?.imports ?? []) visit(each);
      };
      for (const chunk of wanted) visit(chunk.fileName);
      const size = chunks
        .filter((chunk) => needed.has(chunk.fileName))
        .reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0);
      const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
      if (size > gzipBytes)
        this.error(`The first page's JavaScript is ${kib(size)} gzipped; the budget is ${kib(gzipBytes)}.`);
      this.info(`first page's JavaScript: ${kib(size)} gzipped of ${kib(gzipBytes)}`);
    },
  };
}
