import { useQuery, useQueryErrorResetBoundary } from "@tanstack/react-query";
import { type ErrorComponentProps, Navigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import {
  ApiError,
  isRetryableError,
  describeRequestErrorForUser,
  isSignInRequiredError,
} from "#client/data/api/api-error.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { AllFlowsLink } from "#client/flow/all-flows-link.tsx";
import { UpgradeLink } from "#client/flow/upgrade-link.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";

export function RouteErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const [retrying, setRetrying] = useState(false);
  useDocumentTitle("Something went wrong");

  const status = error instanceof ApiError ? error.status : undefined;
  if (isSignInRequiredError(error) && server?.auth === "required")
    return <Navigate to="/sign-in" search={{ next: router.state.location.href }} replace />;

  const retry = async () => {
    setRetrying(true);
    queries.reset();
    await router.invalidate();
    reset();
    setRetrying(false);
  };
  return (
    <ErrorState
      headingLevel={1}
      title={status === 404 ? "Flow not found" : "Couldn’t load this page"}
      text={describeRequestErrorForUser(error)}
      retrying={retrying}
      {...(isRetryableError(error) && { onRetry: () => void retry() })}
      action={
        <>
          <AllFlowsLink />
          <UpgradeLink error={error} />
        </>
      }
    />
  );
}
