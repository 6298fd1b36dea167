import { useCallback, useSyncExternalStore } from "react";

// The widths that `app/styles.css` names, for scripts. e2e/checks/breakpoints.test.ts compares the two.
export const MIN_WIDTH_TINY = "(width >= 22.5rem)";
export const MIN_WIDTH_PHONE = "(width >= 27rem)";
export const MIN_WIDTH_XS = "(width >= 32.5rem)";
export const MIN_WIDTH_SM = "(width >= 40rem)";
export const MIN_WIDTH_MD = "(width >= 48rem)";
export const MIN_WIDTH_TABLE = "(width >= 52rem)";
export const MIN_WIDTH_BESIDE = "(width >= 56.25rem)";
export const MIN_WIDTH_LG = "(width >= 64rem)";
export const MIN_WIDTH_ROOMY = "(width >= 75rem)";
export const MIN_WIDTH_XL = "(width >= 80rem)";
export const MIN_WIDTH_WIDE = "(width >= 90rem)";
export const MIN_WIDTH_FULL = "(width >= 100rem)";

const lists = new Map<string, MediaQueryList>();

function listOf(query: string): MediaQueryList {
  const known = lists.get(query);
  if (known) return known;
  const list = matchMedia(query);
  lists.set(query, list);
  return list;
}

/** If only styles depend on the query, use a CSS variant instead, which needs no re-render. */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = listOf(query);
      list.addEventListener("change", onChange);
      return () => list.removeEventListener("change", onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => listOf(query).matches);
}
