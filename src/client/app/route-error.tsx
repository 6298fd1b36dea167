import { useQuery, useQueryErrorResetBoundary } from "@tanstack/react-query";
import { type ErrorComponentProps, Navigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, describeError, needsSignIn } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { ErrorState } from "#client/ui/error-state.tsx";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { AllFlowsLink } from "./not-found-page.tsx";

/** In place of a page that could not be shown. The bar above it stays, and other pages still work. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  const { data: server } = useQuery(capabilityQueries.current());
  const [retrying, setRetrying] = useState(false);
  useDocumentTitle("Something failed");

  const status = error instanceof ApiError ? error.status : undefined;
  if (needsSignIn(error) && server?.auth === "required")
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
      title={status === 404 ? "This flow is not here" : "This page could not be shown"}
      text={describeError(error)}
      retrying={retrying}
      {...(status !== 404 && { onRetry: () => void retry() })}
      action={<AllFlowsLink />}
    />
  );
}
