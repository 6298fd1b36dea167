import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, X } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import type { BatchRecord, BatchState, StepResult } from "#contract/run.ts";
import { isActiveBatch } from "#client/data/batch-progress.ts";
import { runQueries } from "#client/data/run-queries.ts";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ErrorState } from "#client/ui/error-state.tsx";
import { formatDuration } from "#client/ui/format-duration.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { describeUsage } from "./describe-run.ts";
import { Execution } from "./execution.tsx";
import { focusRow } from "./focus-row.ts";
import { describeReadError } from "./list-trouble.tsx";
import { RecordLink } from "./record-link.tsx";
import { RunStatus } from "./run-status.tsx";
import type { BatchAddress } from "./use-batch-address.ts";

type RecordExecutionProps = {
  readonly flowId: string;
  readonly batch: BatchState;
  readonly recordId: string;
  /** What the list knows of it; undefined where it has not been read, or is filtered out. */
  readonly row: BatchRecord | undefined;
  readonly resultId: string | undefined;
  readonly address: BatchAddress;
  /** It stands beside the list, and does not take its place. */
  readonly isBeside: boolean;
};

/** A record's steps show once it is done; until then it is looked again so often, in milliseconds. */
const POLL_MS = 2000;

/** What a run did with one record. */
export function RecordExecution(props: RecordExecutionProps) {
  const { flowId, batch, recordId, row, resultId, address, isBeside } = props;
  const isBatchActive = isActiveBatch(batch.status);
  const query = useQuery({
    ...runQueries.recordSteps(flowId, batch.batchExecutionId, recordId),
    refetchInterval: ({ state }) => isBatchActive && state.data?.data.length === 0 && POLL_MS,
  });
  const steps = query.data?.data ?? [];
  // Its id is nothing to be shown for the moment that its name takes to come.
  const name = row?.recordName ?? steps[0]?.recordName ?? (query.isPending ? "Record" : recordId);
  const close = () => {
    address.showRecord(undefined);
    focusRow(recordId);
  };
  const Heading = isBeside ? "h3" : "h2";
  const heading = useRef<HTMLHeadingElement>(null);
  // Where it takes the place of the list, the row that was pressed is gone.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);

  return (
    <section
      aria-label={`What the run did with ${name}`}
      className="flex min-h-0 min-w-0 flex-1 flex-col"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) close();
      }}
    >
      <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5 sm:px-4">
        <div className="flex min-w-0 flex-1 items-center gap-2 max-sm:basis-full">
          {!isBeside && <IconButton label="All records" icon={ArrowLeft} className="-ml-1" onClick={close} />}
          <Heading
            ref={heading}
            tabIndex={-1}
            dir="auto"
            className="min-w-0 truncate font-semibold outline-none"
            {...tooltip(name, { whenTruncated: true })}
          >
            {name}
          </Heading>
        </div>
        <Summary row={row} steps={steps} />
        <RecordLink type={batch.recordType} recordId={recordId} />
        {isBeside && <IconButton label="Close record" icon={X} shortcut="Escape" onClick={close} />}
      </header>
      {show()}
    </section>
  );

  function show(): ReactNode {
    if (steps.length > 0) {
      return (
        <Execution steps={steps} selectedId={resultId} hasRoom={isBeside} onSelect={address.showResult} />
      );
    }
    if (query.error) {
      return (
        <ErrorState
          headingLevel={3}
          title="Its steps could not be read"
          text={describeReadError(query.error)}
          retrying={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      );
    }
    if (query.isPending) return <SkeletonRows label="Loading the steps" rows={6} />;
    return <NoSteps row={row} isBatchActive={isBatchActive} />;
  }
}

function Summary({
  row,
  steps,
}: {
  readonly row: BatchRecord | undefined;
  readonly steps: readonly StepResult[];
}) {
  const took = row?.durationMs ?? undefined;
  const parts = [...(took === undefined ? [] : [formatDuration(took)]), ...describeUsage(steps)];
  return (
    <span className="flex shrink-0 items-center gap-3 text-sm text-muted tabular-nums">
      {row && <RunStatus status={row.status} />}
      {parts.join(" · ")}
    </span>
  );
}

type NoStepsProps = { readonly row: BatchRecord | undefined; readonly isBatchActive: boolean };

function NoSteps({ row, isBatchActive }: NoStepsProps) {
  if (row?.errorMessage != null) {
    return <ErrorState headingLevel={3} title="No step ran on it" text={row.errorMessage} />;
  }
  switch (row?.status) {
    case "waiting":
      return <EmptyState headingLevel={3} title="Not yet" text="Its turn has not come yet." />;
    case "running":
      return (
        <EmptyState headingLevel={3} title="Being run" text="What its steps do shows once it is done." />
      );
    case "cancelled":
      return (
        <EmptyState headingLevel={3} title="Not run" text="The run was cancelled before its turn came." />
      );
    default:
      return (
        <EmptyState
          headingLevel={3}
          title="Nothing is known of it"
          text={
            isBatchActive
              ? "What its steps do shows once it is done."
              : "No step of it is kept. Results are kept for a while only, or the run has no such record."
          }
        />
      );
  }
}
