import { useMediaQuery } from "#client/ui/use-media-query.ts";

/** Where the flow's own line runs, and the width that it takes up in a row of the top level, in CSS pixels. */
const MAIN_LANE = 32;
const TRACK_WIDTH = 52;

/** Where the line of a level runs, in CSS pixels from the left of the list. */
export function laneAt(level: number, indent: number): number {
  return MAIN_LANE + level * indent;
}

/** What the tracks beside a row of this level take up, in CSS pixels. */
export function trackWidth(level: number, indent: number): number {
  return TRACK_WIDTH + level * indent;
}

/** How far a level stands in from the one around it, in CSS pixels: little enough that the deepest flow fits its page. */
export function useIndent(deepest: number): number {
  const isNarrow = useMediaQuery("(max-width: 639px)");
  const isMedium = useMediaQuery("(max-width: 899px)");
  if (isNarrow) return deepest > 6 ? 8 : deepest > 3 ? 12 : 18;
  return isMedium || deepest > 6 ? 22 : 28;
}
