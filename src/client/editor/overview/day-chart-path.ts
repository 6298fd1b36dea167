/** Width of a day and of the gap before the next, in units of the drawing, which is stretched to its place. */
const DAY_WIDTH = 10;
const GAP = 3;

export const DAY_CHART_HEIGHT = 48;
/** Height of the smallest value that is not zero, so that one failure among thousands of runs is visible. */
const MIN_HEIGHT = 2;

export function getDayChartWidth(days: number): number {
  return days * DAY_WIDTH;
}

/**
 * Returns the SVG path data of each series, whose values are of consecutive days. Bars of stacked
 * series are above each other, with a gap, the first series at the bottom; others all begin at the base line.
 */
export function createDayChartPaths(
  series: readonly (readonly number[])[],
  { isStacked = false }: { readonly isStacked?: boolean } = {},
): readonly string[] {
  const days = series[0]?.length ?? 0;
  const sums = Array.from({ length: days }, (_, day) => {
    const values = series.map((list) => list[day] ?? 0);
    return isStacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  });
  const highest = Math.max(...sums, 0);
  if (highest === 0) return series.map(() => "");
  // Leaves room for the gaps and the smallest heights of a stack.
  const room = isStacked ? DAY_CHART_HEIGHT - (series.length - 1) * (MIN_HEIGHT + 1) : DAY_CHART_HEIGHT;
  const bases = Array.from({ length: days }, () => DAY_CHART_HEIGHT);
  return series.map((list) =>
    list
      .map((value, day) => {
        if (value <= 0) return "";
        const height = round(Math.max(MIN_HEIGHT, (value / highest) * room));
        const base = bases[day] ?? DAY_CHART_HEIGHT;
        if (isStacked) bases[day] = base - height - 1;
        return `M${day * DAY_WIDTH + GAP / 2} ${round(base)}v-${height}h${DAY_WIDTH - GAP}v${height}z`;
      })
      .join(""),
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
