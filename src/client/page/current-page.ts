import type { AnyRouter } from "@tanstack/react-router";

/** `latestLocation` changes when a navigation starts; the old page stays mounted until the next is loaded. */
type Router = Pick<AnyRouter, "latestLocation">;

/** Whether the current path is `pathname` or, with `orInside`, a path below `pathname`. */
export function isCurrentPage(router: Router, pathname: string, { orInside = false } = {}): boolean {
  const current = router.latestLocation.pathname;
  return current === pathname || (orInside && current.startsWith(`${pathname}/`));
}

/** A delayed action must not navigate after the user has left. */
export function createStillOnPageCheck(router: Router): () => boolean {
  const { pathname } = router.latestLocation;
  return () => isCurrentPage(router, pathname);
}

/** Undefined unless the user has just navigated back. Call on mount. */
export function findPathNavigatedBackFrom(
  router: Pick<AnyRouter, "latestLocation" | "state">,
): string | undefined {
  const left = router.state.resolvedLocation;
  if (!left || historyIndex(left) <= historyIndex(router.latestLocation)) return undefined;
  return left.pathname;
}

/** The router stores the index of a history entry in the entry's state, under this undocumented key. */
const historyIndex = ({ state }: AnyRouter["latestLocation"]) => state["__TSR_index"];
