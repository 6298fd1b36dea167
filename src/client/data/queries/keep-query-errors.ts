import type { MutationOptions, Query, QueryCache, QueryClient } from "@tanstack/react-query";
import { isSignInRequiredError } from "#client/data/api/api-error.ts";

/** TanStack Query resets the error, and the page would show a skeleton. Drops sign-in errors. */
export function keepQueryErrorsDuringRefetch(cache: QueryCache): void {
  const kept = new WeakMap<Query, Error>();
  cache.subscribe((event) => {
    const { query } = event;
    if (event.type === "observerAdded" && query.getObserversCount() === 1) kept.delete(query);
    if (event.type !== "updated") return;
    const { action } = event;
    if (action.type === "success") kept.delete(query);
    if (action.type === "error" && !isSignInRequiredError(action.error)) kept.set(query, action.error);
    if (action.type !== "fetch" || query.state.data !== undefined) return;
    const error = kept.get(query);
    // Runs before observers are notified, so observers see the restored error state.
    if (error) query.setState({ status: "error", error });
  });
}

/** Its callbacks run even if the row unmounts; `scope`, `meta` and `useMutationState` apply. */
export function runMutationOutsideComponent<Data, Variables, Context>(
  client: QueryClient,
  options: MutationOptions<Data, Error, Variables, Context>,
  variables: Variables,
): Promise<Data> {
  return client.getMutationCache().build(client, options).execute(variables);
}
