import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { quoteName } from "#core/text/quote-name.ts";
import {
  ApiError,
  isRetryableError,
  describeRequestErrorForUser,
  isSignInRequiredError,
} from "#client/data/api/api-error.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import {
  type PendingDeletionState,
  usePendingDeletionStateOfId,
  pendingDeletionScheduler,
} from "#client/data/mutations/pending-deletions.ts";
import { AllFlowsLink } from "#client/page/all-flows-link.tsx";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { useDocumentTitle } from "#client/ui/hooks/use-document-title.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { RunsTab } from "./flow-views.tsx";
import { FlowEditorContent, type FlowEditorContentProps } from "./flow-editor-content.tsx";

type FlowEditorPageProps = Omit<FlowEditorContentProps, "read" | "isStale" | "isGone"> & {
  readonly flowId: string;
};

export const loadRunsTab = (): Promise<void> => RunsTab.load();

/** Reads the flow and renders its editor. Use the flow's id as `key`, so that each flow has a separate editor. */
export function FlowEditorPage(props: FlowEditorPageProps) {
  const query = useQuery(flowQueries.detail(props.flowId));
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const deletion = usePendingDeletionStateOfId(props.flowId);
  const isSignedOut = isSignInRequiredError(query.error) && server?.auth === "required";

  // An open editor may have unsaved edits and handles the end of the session itself.
  if (isSignedOut && !query.data)
    return <Navigate to="/sign-in" search={{ next: `${location.pathname}${location.search}` }} replace />;
  if (deletion) return <FlowDeletion flowId={props.flowId} name={query.data?.flow.name} state={deletion} />;
  if (query.data)
    return (
      <FlowEditorContent
        {...props}
        read={query.data}
        isStale={query.isStale}
        isGone={query.error instanceof ApiError && query.error.status === 404}
      />
    );
  return (
    <NoFlowYet
      flowId={props.flowId}
      error={query.error}
      isRetrying={query.isFetching}
      onRetry={() => void query.refetch()}
    />
  );
}

const RecoverableEditsOfMissingFlow = createLazyComponent(
  async () =>
    (await import("#client/editor/saving/recovery/recoverable-edits.tsx")).RecoverableEditsOfMissingFlow,
  {
    // Renders nothing if the code does not load, because the page already shows an error message.
    onFail: () => undefined,
  },
);

type NoFlowYetProps = {
  readonly flowId: string;
  readonly error: Error | null;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
};

function NoFlowYet({ flowId, error, isRetrying, onRetry }: NoFlowYetProps) {
  useDocumentTitle("Flow");
  if (!error) {
    return <SkeletonRows label="Loading flow" rows={8} isPage />;
  }
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <>
      <ErrorState
        headingLevel={1}
        title={isGone ? "Flow not found" : "Couldn’t load the flow"}
        text={isGone ? "It may have been deleted." : describeRequestErrorForUser(error)}
        {...(isRetryableError(error) && { onRetry, retrying: isRetrying })}
        action={
          <>
            <AllFlowsLink />
            <UpgradeLink error={error} />
          </>
        }
      />
      {isGone && <RecoverableEditsOfMissingFlow flowId={flowId} />}
    </>
  );
}

type FlowDeletionProps = {
  readonly flowId: string;
  /** Name of the flow that is being deleted; undefined while the flow is not loaded. */
  readonly name: string | undefined;
  readonly state: PendingDeletionState;
};

/** Replaces the editor while the flow is being deleted, so that nothing about the flow looks editable or saved. */
function FlowDeletion({ flowId, name, state }: FlowDeletionProps) {
  useDocumentTitle("Flow");
  const undo = () => {
    pendingDeletionScheduler.undo(flowId);
    // Requests the focus for the flow's name, because Undo replaces this page, including the focused button.
    requestFocusWhenRendered(() => document.querySelector<HTMLElement>("main h1 button"));
  };
  return (
    <EmptyState
      headingLevel={1}
      title={`Deleting ${name === undefined ? "the flow" : quoteName(name)}…`}
      text={state === "waiting" ? "You can undo this for a few seconds." : "This can no longer be undone."}
      action={
        <>
          {state === "waiting" && <Button onClick={undo}>Undo</Button>}
          <AllFlowsLink />
        </>
      }
    />
  );
}
