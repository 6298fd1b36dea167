import { useMediaQuery } from "#client/ui/use-media-query.ts";

/**
 * Every row of the step list has the same height, so that a place is arithmetic and nothing is ever measured: one
 * line with a mouse, one line with room for a finger, two lines where the page is narrow. In CSS pixels.
 */
export function useRowHeight(): number {
  const isNarrow = useMediaQuery("(max-width: 639px)");
  const isCoarse = useMediaQuery("(pointer: coarse)");
  if (isNarrow) return 56;
  return isCoarse ? 48 : 40;
}
