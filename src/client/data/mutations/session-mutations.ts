import { type QueryClient, mutationOptions } from "@tanstack/react-query";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import {
  serverCapabilityQueries,
  refetchServerCapabilities,
} from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { publishSessionEvent } from "#client/data/live/session-events.ts";

export const sessionMutations = {
  /** Resolves when the user of the new session is known. If another user has signed in, the page reloads. */
  signIn: (client: QueryClient) =>
    mutationOptions({
      mutationFn: async (key: string) => {
        await callEndpoint("createSession", { body: { key } });
        publishSessionEvent({ type: "signed-in" });
        await refetchServerCapabilities(client).catch(() => undefined);
      },
      meta: { invalidates: [serverCapabilityQueries.current().queryKey, flowQueries.all()] },
    }),

  signOut: () => mutationOptions({ mutationFn: () => callEndpoint("deleteSession", {}) }),
};
