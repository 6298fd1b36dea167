import type { AnyRouter } from "@tanstack/react-router";

/**
 * The router's `latestLocation` changes as soon as a navigation starts, whereas the old page stays mounted
 * until the next page is loaded.
 */
type Router = Pick<AnyRouter, "latestLocation">;

/** Whether the current path is `pathname` or, with `orInside`, a path below `pathname`. */
export function isCurrentPage(router: Router, pathname: string, { orInside = false } = {}): boolean {
  const current = router.latestLocation.pathname;
  return current === pathname || (orInside && current.startsWith(`${pathname}/`));
}

/**
 * Returns a function that checks whether the user is still on the current page: a delayed action must not navigate
 * after the user has left.
 */
export function createStillOnPageCheck(router: Router): () => boolean {
  const { pathname } = router.latestLocation;
  return () => isCurrentPage(router, pathname);
}

/**
 * Returns the path of the page from which the user has just navigated back; undefined after any other navigation. Call
 * on mount.
 */
export function findPathNavigatedBackFrom(
  router: Pick<AnyRouter, "latestLocation" | "state">,
): string | undefined {
  const left = router.state.resolvedLocation;
  if (!left || historyIndex(left) <= historyIndex(router.latestLocation)) return undefined;
  return left.pathname;
}

/** The router stores the index of a history entry in the entry's state, under this undocumented key. */
const historyIndex = ({ state }: AnyRouter["latestLocation"]) => state["__TSR_index"];
