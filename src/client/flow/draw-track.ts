interface Stop {
  readonly x: number;
  /** The line passes over this one instead of through it. */
  readonly isBypassed: boolean;
}

/** Half the width, and the height, of the bridge over a step that is off. */
const REACH = 6.5;

/** The path of a horizontal line through `stops` at height `y`, on to `end` where the line goes further than its last stop. */
export function drawTrack(stops: readonly Stop[], y: number, end?: number): string {
  const [first] = stops;
  if (!first) return "";
  const parts = [`M${first.isBypassed ? first.x - REACH : first.x} ${y}`];
  for (const { x, isBypassed } of stops) {
    if (!isBypassed) parts.push(`H${x}`);
    else parts.push(`H${x - REACH}`, `A${REACH} ${REACH} 0 0 1 ${x + REACH} ${y}`);
  }
  if (end !== undefined) parts.push(`H${end}`);
  return parts.join("");
}
