import { MIN_WIDTH_SM, MIN_WIDTH_BESIDE, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";

/** More than half a tap target's height, because the scroller would clip the target above the first row. */
export const LIST_TOP_PADDING_PX = 32;

/** One line for a mouse, more for touch or a narrow page. All rows are equal, so nothing is measured. */
export function useStepRowHeight(): number {
  const isNarrow = !useMediaQuery(MIN_WIDTH_SM);
  const isCoarse = useMediaQuery("(pointer: coarse)");
  if (isNarrow) return 56;
  return isCoarse ? 48 : 40;
}

/** In CSS pixels: the x position of a top-level row's line, and the width left of its text. */
const MAIN_LANE = 30;
const TRACK_WIDTH = 50;

/** Returns the x position of the vertical line of a nesting level, in CSS pixels from the left of the list. */
export function computeNestingLineXPx(level: number, indent: number): number {
  return MAIN_LANE + level * indent;
}

/** Returns the width of the area in which a row at this nesting level draws its lines, in CSS pixels. */
export function computeRowConnectorAreaWidthPx(level: number, indent: number): number {
  return TRACK_WIDTH + level * indent;
}

/** Returns the indent per level in CSS pixels, small enough for the deepest level to fit the page. */
export function useNestingIndentPx(deepest: number): number {
  const isNarrow = !useMediaQuery(MIN_WIDTH_SM);
  const isMedium = !useMediaQuery(MIN_WIDTH_BESIDE);
  if (isNarrow) return deepest > 6 ? 8 : deepest > 3 ? 12 : 18;
  return isMedium || deepest > 6 ? 22 : 28;
}
