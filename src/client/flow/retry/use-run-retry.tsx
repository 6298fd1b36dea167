import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import type { BatchState } from "#contract/run.ts";
import {
  RUN_ON_RECORDS_SCOPES,
  useMissingScope,
  useOffersFeature,
} from "#client/data/queries/capability-queries.ts";
import type { RunFilters } from "#client/data/queries/run-filters.ts";
import { hasRunFailed } from "#client/flow/runs/describe-batch-progress.ts";
import type { RunRow } from "#client/flow/runs/run-columns.tsx";
import { useRunLinks, useRunPlace } from "#client/flow/runs/run-place.ts";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { handleRowSelectionKey, useRowSelection } from "#client/ui/rows/row-selection.tsx";
import type { BulkRetryDialogProps } from "./bulk-retry-dialog.tsx";
import { LazyRetryDialog } from "./lazy-retry-dialog.ts";
import { RunRetryBar } from "./run-retry-bar.tsx";

const LazyBulkRetryDialog = createLazyDialog<BulkRetryDialogProps>(
  async () => (await import("./bulk-retry-dialog.tsx")).BulkRetryDialog,
);

/** Retries of one run, of selected runs or of all failed runs, from a list of runs. */
export function useRunRetry(filters: RunFilters, rows: readonly RunRow[]) {
  const [open, setOpen] = useState<BatchState | "selected" | "all">();
  const navigate = useNavigate();
  const { flowId, retryNote } = useRunPlace();
  const { toRun } = useRunLinks();
  const isMissing = useMissingScope(...RUN_ON_RECORDS_SCOPES) !== undefined;
  const canRetry = useOffersFeature("retryOptions") && !isMissing;
  const failed = rows.filter(({ batch }) => hasRunFailed(batch));
  const selection = useRowSelection(failed, { noun: "run", question: JSON.stringify(filters) });
  const close = () => setOpen(undefined);
  const show = (batchId: string) => {
    const run = () => void navigate(toRun(batchId));
    toasts.show({ text: "Retry started.", action: { label: "Open retry", run } });
  };
  const renderDialog = () => {
    if (open === undefined) return null;
    if (typeof open === "object")
      return (
        <LazyRetryDialog
          flowId={open.flowId ?? ""}
          batch={open}
          note={retryNote}
          onStarted={show}
          onClose={close}
        />
      );
    return (
      <LazyBulkRetryDialog
        runs={open === "all" ? undefined : [...selection.rows.values()].map(({ batch }) => batch)}
        flowId={flowId}
        toRun={toRun}
        filters={filters}
        onDone={() => selection.set([], true)}
        onClose={close}
        returnFocus={() => document.querySelector("[data-active] [data-row-link]")}
      />
    );
  };
  return {
    canRetry,
    stateOf: (row: RunRow) => ({
      // Otherwise the rows of a narrow list would begin at different places.
      isSelectableIfNarrow: filters.outcome === "failed",
      isSelected: selection.rows.has(row.id),
      onToggle: selection.toggle,
      onRetry: canRetry && hasRunFailed(row.batch) ? setOpen : undefined,
    }),
    handleKey: (event: KeyboardEvent<HTMLElement>) => {
      if (!canRetry || event.defaultPrevented || !(event.target instanceof Element)) return;
      const id = event.target.closest("[data-row-id]")?.getAttribute("data-row-id");
      const row = failed.find((each) => each.id === id);
      if (handleRowSelectionKey(event, row, selection)) event.preventDefault();
    },
    renderBar: (isFailedList: boolean) =>
      canRetry &&
      (selection.rows.size > 0 || (isFailedList && failed.length > 0)) && (
        <RunRetryBar
          selection={selection}
          loaded={failed}
          onRetrySelected={() => setOpen("selected")}
          onRetryAll={() => setOpen("all")}
        />
      ),
    dialog: renderDialog(),
  };
}
