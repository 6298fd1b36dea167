import {
  MIN_WIDTH_BESIDE,
  MIN_WIDTH_WIDE,
  MIN_WIDTH_XL,
  useMediaQuery,
} from "#client/ui/hooks/use-media-query.ts";

/** How many columns the page has for panels beside the step list. Without columns, each panel is a sheet. */
export type PanelColumns = 0 | 1 | 2 | 3;

export function usePanelColumns(): PanelColumns {
  const hasOne = useMediaQuery(MIN_WIDTH_BESIDE);
  const hasTwo = useMediaQuery(MIN_WIDTH_XL);
  const hasThree = useMediaQuery(MIN_WIDTH_WIDE);
  if (hasThree) return 3;
  if (hasTwo) return 2;
  return hasOne ? 1 : 0;
}
