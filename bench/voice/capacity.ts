/** The highest load that is borne: larger by half until one is not, then halfway between, until the two are near. */

export interface Search {
  from: number;
  /** Fewer are not tried. */
  least: number;
  most: number;
  /** The search ends when the lowest that failed is no more than this many times the highest that passed. */
  nearness: number;
}

/** 0 when not even the least is borne; `most` when nothing failed. */
export const highestBorne = async (
  { from, least, most, nearness }: Search,
  isBorne: (calls: number) => Promise<boolean>,
): Promise<number> => {
  let passed = 0;
  let failed = Number.POSITIVE_INFINITY;
  for (let calls = Math.min(from, most); ; ) {
    if (await isBorne(calls)) passed = calls;
    else failed = calls;
    const isNear = failed - passed <= 1 || (passed > 0 && failed / passed <= nearness);
    if (isNear || passed >= most || failed <= least) return passed;
    calls =
      failed === Number.POSITIVE_INFINITY
        ? Math.min(most, Math.ceil(passed * 1.5))
        : Math.max(least, Math.floor((passed + failed) / 2));
  }
};
