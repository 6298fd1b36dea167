import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { needsSignIn } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { hasScope } from "#client/data/has-scope.ts";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ErrorState } from "#client/ui/error-state.tsx";

type RecordsGateProps = {
  /** Why the page's own request failed, if it did. */
  readonly error: Error | null;
  /** Something is open on the page that must not be taken away. */
  readonly isBusy: boolean;
  readonly children: ReactNode;
};

/** Shows the page where records can be had; else why not. */
export function RecordsGate({ error, isBusy, children }: RecordsGateProps) {
  const { data: server } = useQuery(capabilityQueries.current());
  const isSignedOut = server?.auth === "required" && (!server.signedIn || needsSignIn(error));
  if (isSignedOut && !isBusy)
    return <Navigate to="/sign-in" search={{ next: `${location.pathname}${location.search}` }} replace />;
  if (server && !server.records) {
    return (
      <EmptyState
        headingLevel={1}
        title="No records here"
        text="This server does not offer records. Flows can be edited and published all the same."
      />
    );
  }
  if (!hasScope(server, "RECORDS:READ")) {
    return (
      <ErrorState
        headingLevel={1}
        title="This key may not read records"
        text="It lacks the scope RECORDS:READ. Sign in with a key that has it."
      />
    );
  }
  return children;
}

const MAY_NOT_WRITE = "This key may not change records: it lacks the scope RECORDS:WRITE.";

/** Why nothing can be written to records; undefined where it can. */
export function useReadOnlyReason(): string | undefined {
  const { data: server } = useQuery(capabilityQueries.current());
  return hasScope(server, "RECORDS:WRITE") ? undefined : MAY_NOT_WRITE;
}
