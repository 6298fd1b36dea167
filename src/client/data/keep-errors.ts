import type { Query, QueryCache } from "@tanstack/react-query";
import { needsSignIn } from "./api-error.ts";

/**
 * Keeps why something could not be read while it is read again, so that a page goes on saying it. By itself the cache
 * forgets it as soon as the next try begins, which may be at any time, as when the window gets the focus: the page would
 * be a skeleton for as long as that takes. Who comes back later has not been told anything and sees the skeleton first;
 * and a refusal for want of a session says nothing any more once there is one.
 */
export function keepErrors(cache: QueryCache): void {
  const kept = new WeakMap<Query, Error>();
  cache.subscribe((event) => {
    const { query } = event;
    if (event.type === "observerAdded" && query.getObserversCount() === 1) kept.delete(query);
    if (event.type !== "updated") return;
    const { action } = event;
    if (action.type === "success") kept.delete(query);
    if (action.type === "error" && !needsSignIn(action.error)) kept.set(query, action.error);
    if (action.type !== "fetch" || query.state.data !== undefined) return;
    const error = kept.get(query);
    // Those who watch it are told after both, and see this.
    if (error) query.setState({ status: "error", error });
  });
}
