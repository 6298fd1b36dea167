import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isSignInRequiredError } from "#client/data/api/api-error.ts";
import {
  explainMissingFeature,
  explainMissingScope,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";

type RecordsAccessGuardProps = {
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly children: ReactNode;
};

/** Renders the page if the server supports records, otherwise the reason or a redirect to the sign-in. */
export function RecordsAccessGuard({ error, isBusy, children }: RecordsAccessGuardProps) {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isSignedOut = server?.auth === "required" && (!server.signedIn || isSignInRequiredError(error));
  if (isSignedOut && !isBusy)
    return <Navigate to="/sign-in" search={{ next: `${location.pathname}${location.search}` }} replace />;
  const refused = explainMissingFeature(server, "records");
  if (refused !== undefined)
    return <EmptyState headingLevel={1} title="Records not available" text={refused} />;
  const missing = explainMissingScope(server, "RECORDS:READ");
  if (missing !== undefined)
    return <ErrorState headingLevel={1} title="No access to records" text={missing} />;
  return children;
}
