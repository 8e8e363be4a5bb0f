/** How fast memory grows: the slope of a least-squares line through the samples, in MB a minute. NaN of fewer than two. */
export const growthPerMinute = (samples: readonly { second: number; mb: number }[]): number => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [second, mb] = [mean(samples.map((each) => each.second)), mean(samples.map((each) => each.mb))];
  const over = samples.reduce((sum, each) => sum + (each.second - second) * (each.mb - mb), 0);
  const under = samples.reduce((sum, each) => sum + (each.second - second) ** 2, 0);
  return (over / under) * 60;
};
