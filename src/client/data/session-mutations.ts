import { mutationOptions } from "@tanstack/react-query";
import { callEndpoint } from "./call-endpoint.ts";
import { capabilityQueries } from "./capability-queries.ts";
import { flowQueries } from "./flow-queries.ts";
import { tellSignIn } from "./sign-in-news.ts";

export const sessionMutations = {
  signIn: () =>
    mutationOptions({
      mutationFn: (key: string) => callEndpoint("createSession", { body: { key } }),
      onSuccess: tellSignIn,
      meta: { invalidates: [capabilityQueries.current().queryKey, flowQueries.all()] },
    }),

  /** Flows are not read again here: without a session that would only fail. Whoever signs out leads elsewhere. */
  signOut: () =>
    mutationOptions({
      mutationFn: () => callEndpoint("deleteSession", {}),
      meta: { invalidates: [capabilityQueries.current().queryKey] },
    }),
};
