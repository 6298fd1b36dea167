import type { MutationOptions, QueryClient } from "@tanstack/react-query";

/**
 * Runs a mutation from code that is no component, or that outlives one: a row that scrolls out of sight must not take its
 * request's end with it. It goes through the cache all the same, so scope, meta and `useMutationState` hold.
 */
export function runMutation<Data, Variables, Context>(
  client: QueryClient,
  options: MutationOptions<Data, Error, Variables, Context>,
  variables: Variables,
): Promise<Data> {
  return client.getMutationCache().build(client, options).execute(variables);
}
