import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { BatchState } from "#contract/run.ts";
import { describeReadError } from "#client/data/api/api-error.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { sendRetry } from "#client/data/mutations/run-mutations.ts";
import { retryQueries } from "#client/data/queries/retry-queries.ts";
import type { RunFilters } from "#client/data/queries/run-filters.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { BulkDialog } from "#client/flow/bulk/bulk-dialog.tsx";
import { BulkList } from "#client/flow/bulk/bulk-list.tsx";
import type { BulkItem } from "#client/flow/bulk/run-in-bulk.ts";
import type { RunLinks } from "#client/flow/runs/run-place.ts";
import { RunStatus } from "#client/flow/runs/run-status.tsx";
import { ErrorNote } from "#client/page/error-note.tsx";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { RadioGroup } from "./radio-group.tsx";
import { type RunToRetry, describeRetryStarts, planBulkRetry } from "./retry-choice.ts";

export type BulkRetryDialogProps = {
  /** The selected runs; undefined for all failed runs that match. */
  readonly runs: readonly BatchState[] | undefined;
  readonly flowId: string | undefined;
  readonly toRun: RunLinks["toRun"];
  readonly filters: RunFilters;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly returnFocus: () => HTMLElement | null;
};

const words = {
  verb: "Retry",
  running: "Retrying",
  done: "retried",
  noun: "run",
  stopConsequences: "Retries that have started go on. Remaining runs aren’t retried.",
};

type RetryItem = BulkItem & Pick<RunToRetry, "batch" | "flowId">;

/** Starts a new run for each failed run, except for those that were retried before. */
export function BulkRetryDialog(props: BulkRetryDialogProps) {
  const { runs: selected, flowId, toRun, filters, onDone, onClose, returnFocus } = props;
  const client = useQueryClient();
  const query = useQuery({ ...retryQueries.failed(flowId, filters), enabled: selected === undefined });
  const runs = selected ?? query.data?.runs;
  const { items, skipped } = planBulkRetry(runs ?? [], flowId === undefined);
  const [from, setFrom] = useState<"failedStep" | "start">("failedStep");
  const [version, setVersion] = useState<"current" | "same">("current");
  // A repeated request must have the same key, so that it starts no second run.
  const [keys] = useState(() => new Map<string, string>());
  const retry = async ({ id, batch, flowId: ofFlow }: RetryItem) => {
    const records = batch.isSingle === true ? {} : ({ records: "failed" } as const);
    const key = keys.get(id) ?? createSortableId("run");
    keys.set(id, key);
    const target = { flowId: ofFlow, batchId: id };
    const answer = await sendRetry(target, { ...records, from, version }, key);
    return (
      <>
        {describeRetryStarts(answer.starts ?? [])}{" "}
        <Link {...toRun(answer.batchExecutionId)} className="font-medium text-accent hover:underline">
          Open retry
        </Link>
      </>
    );
  };
  return (
    <BulkDialog
      title={selected || !runs ? "Retry runs" : "Retry all failed runs that match"}
      description="Starts a new run for each. Steps that run repeat their effects, such as requests and emails."
      words={words}
      items={items}
      skipped={skipped}
      blocked={query.error ? "Couldn’t load runs." : explainBlocked(runs, items.length)}
      perform={retry}
      onEnd={() => void client.invalidateQueries({ queryKey: flowRunQueries.all() })}
      onClose={() => {
        if (keys.size > 0) onDone();
        onClose();
      }}
      returnFocus={returnFocus}
    >
      <div className="flex flex-col gap-4">
        {query.error && (
          <ErrorNote error={query.error}>Couldn’t load runs. {describeReadError(query.error)}</ErrorNote>
        )}
        {query.data?.hasMore === true && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
            More runs match. Only the newest {formatNumber(query.data.runs.length)} are retried now.
          </p>
        )}
        {skipped.length > 0 && (
          <p className="text-sm text-muted">{formatCount(skipped.length, "run")} left out: retried before.</p>
        )}
        <RadioGroup
          label="Start"
          value={from}
          options={[
            { value: "failedStep", label: "From the failed step" },
            { value: "start", label: "From the first step" },
          ]}
          onChange={setFrom}
        />
        <RadioGroup
          label="Steps"
          value={version}
          options={[
            { value: "current", label: "The saved draft of each flow" },
            { value: "same", label: "The steps that ran" },
          ]}
          onChange={setVersion}
        />
        {items.length > 0 && <RunNames items={items} />}
      </div>
    </BulkDialog>
  );
}

function explainBlocked(runs: readonly BatchState[] | undefined, count: number): string | undefined {
  if (!runs) return "Loading runs…";
  return count === 0 ? "No failed run is left to retry." : undefined;
}

function RunNames({ items }: { readonly items: readonly RetryItem[] }) {
  return (
    <BulkList label="Runs" items={items} keyOf={({ id }) => id} rowHeight={37}>
      {({ name, batch }) => (
        <div className="flex items-center gap-3">
          <span dir="auto" className="min-w-0 flex-1 truncate">
            {name}
          </span>
          <span className="shrink-0 text-xs text-muted max-sm:hidden">
            <RelativeTime time={batch.createdAt ?? batch.startedAt ?? ""} />
          </span>
          <RunStatus status={batch.status} hasFailures={batch.failedRecords > 0} className="shrink-0" />
        </div>
      )}
    </BulkList>
  );
}
