import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { ApiError, describeError, needsSignIn } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { type FlowRead, flowQueries } from "#client/data/flow-queries.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { OpenFlowProvider } from "#client/document/use-open-flow.tsx";
import { ErrorState } from "#client/ui/error-state.tsx";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { isTextBoxOpen } from "./commit-text-box.ts";
import { findRestingFocus } from "./find-resting-focus.ts";
import { FlowEditor } from "./flow-editor.tsx";
import type { FlowTab } from "./flow-tabs.tsx";
import type { RunsPlace } from "./runs/runs-address.ts";
import { useDeletionNews } from "./use-deletion-news.ts";
import type { VersionsPlace } from "./versions/versions-address.ts";
import { useJournal } from "./use-journal.ts";

export type FlowEditorPageProps = {
  readonly flowId: string;
  readonly tab: FlowTab;
  /** Which view of the versions, where that is the tab. */
  readonly versions: VersionsPlace | undefined;
  /** Which view of the runs, where that is the tab. */
  readonly runs: RunsPlace | undefined;
  /** The key of the step shown in the inspector, from the address. */
  readonly selectedStep: string | undefined;
  readonly onSelectStep: (key: string | undefined) => void;
};

/** Reads the flow, then hands it to an editor of its own that lives as long as the page. Give it the flow's id as `key`. */
export function FlowEditorPage(props: FlowEditorPageProps) {
  const navigate = useNavigate();
  const query = useQuery(flowQueries.detail(props.flowId));
  const { data: server } = useQuery(capabilityQueries.current());
  const isSignedOut = needsSignIn(query.error) && server?.auth === "required";

  // Only before there is anything to lose: an open editor deals with a lost session itself.
  useEffect(() => {
    if (!isSignedOut || query.data) return;
    void navigate({ to: "/sign-in", search: { next: location.pathname + location.search }, replace: true });
  }, [isSignedOut, query.data, navigate]);

  if (query.data)
    return (
      <OpenEditor
        {...props}
        read={query.data}
        isStale={query.isStale}
        isGone={query.error instanceof ApiError && query.error.status === 404}
      />
    );
  return (
    <NoFlowYet
      flowId={props.flowId}
      error={isSignedOut ? null : query.error}
      isRetrying={query.isFetching}
      onRetry={() => void query.refetch()}
    />
  );
}

const LostWork = lazyPart(async () => (await import("./recovery/lost-work.tsx")).LostWork, {
  // The page says all that is needed without it.
  onFail: () => undefined,
});

type NoFlowYetProps = {
  readonly flowId: string;
  readonly error: Error | null;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
};

function NoFlowYet({ flowId, error, isRetrying, onRetry }: NoFlowYetProps) {
  useDocumentTitle("Flow");
  if (!error) {
    return (
      <div className="mx-auto w-full max-w-5xl px-4 py-6">
        <SkeletonRows label="Loading the flow" rows={8} isPage />
      </div>
    );
  }
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <>
      <ErrorState
        headingLevel={1}
        title={isGone ? "This flow is not here" : "The flow could not be opened"}
        text={isGone ? "It may have been deleted, or the address is not quite right." : describeError(error)}
        {...(!isGone && { onRetry, retrying: isRetrying })}
        action={
          <Link to="/flows" className="inline-flex h-8 items-center px-3 text-sm font-medium text-accent">
            All flows
          </Link>
        }
      />
      {isGone && <LostWork flowId={flowId} />}
    </>
  );
}

type OpenEditorProps = FlowEditorPageProps & {
  readonly read: FlowRead;
  readonly isStale: boolean;
  readonly isGone: boolean;
};

function OpenEditor({ read, isStale, isGone, ...view }: OpenEditorProps) {
  const [openFlow] = useState(() => createOpenFlow(read.flow, { isInexact: read.isInexact }));
  const journal = useJournal(openFlow);
  useDeletionNews(openFlow, isGone);
  // A copy from the cache is read anew right away: what that brings is the page opening, not news.
  const opening = useRef(isStale ? read : undefined);

  // A read of the flow is news for the open document, which decides what it means; it never replaces it by itself.
  useEffect(() => {
    const focused = document.activeElement;
    const isOpening = opening.current !== undefined;
    const notice = { isOpening, isHeld: isTextBoxOpen, askedAt: read.askedAt };
    const outcome = openFlow.noticeServer(read.flow, read.isInexact, notice);
    if (opening.current !== read) opening.current = undefined;
    if (outcome === "adopted" && !isOpening) {
      // The row that had the focus may be gone with its step.
      requestAnimationFrame(() => {
        if (focused?.isConnected !== false || document.activeElement !== document.body) return;
        findRestingFocus()?.focus();
      });
    }
  }, [openFlow, read]);

  return (
    <OpenFlowProvider value={openFlow}>
      <FlowEditor {...view} journal={journal} />
    </OpenFlowProvider>
  );
}
