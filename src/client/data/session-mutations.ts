import { mutationOptions } from "@tanstack/react-query";
import { callEndpoint } from "./call-endpoint.ts";
import { capabilityQueries } from "./capability-queries.ts";
import { flowQueries } from "./flow-queries.ts";

const invalidates = [capabilityQueries.current().queryKey, flowQueries.all()];

export const sessionMutations = {
  signIn: () =>
    mutationOptions({
      mutationFn: (key: string) => callEndpoint("createSession", { body: { key } }),
      meta: { invalidates },
    }),
  signOut: () =>
    mutationOptions({ mutationFn: () => callEndpoint("deleteSession", {}), meta: { invalidates } }),
};
