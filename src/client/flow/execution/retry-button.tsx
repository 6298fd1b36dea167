import { useNavigate } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { isActiveBatch } from "#contract/is-active-batch.ts";
import type { BatchRecord, StepResult } from "#contract/run.ts";
import { quoteName } from "#core/text/quote-name.ts";
import {
  RUN_ON_RECORDS_SCOPES,
  useMissingScope,
  useOffersFeature,
} from "#client/data/queries/capability-queries.ts";
import { LazyRetryDialog } from "#client/flow/retry/lazy-retry-dialog.ts";
import type { RetryDialogProps } from "#client/flow/retry/retry-dialog.tsx";
import { useRunLinks, useRunPlace } from "#client/flow/runs/run-place.ts";
import { WrappingButton } from "#client/ui/controls/wrapping-button.tsx";

type RetryButtonProps = Pick<RetryDialogProps, "flowId" | "batch" | "record"> & {
  readonly label?: string;
};

/** Absent while the run is active, and where there is nothing to retry. */
export function RetryButton({ flowId, batch, record, label = "Retry…" }: RetryButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  const hasOptions = useOffersFeature("retryOptions");
  const missing = useMissingScope(...RUN_ON_RECORDS_SCOPES);
  const { retryNote } = useRunPlace();
  const { toRun } = useRunLinks();
  const isOffered = hasOptions || (batch.failedRecords > 0 && batch.isSingle !== true);
  if (isActiveBatch(batch) || !isOffered) return null;
  return (
    <>
      <WrappingButton size="sm" icon={RotateCw} disabledReason={missing} onClick={() => setOpen(true)}>
        {label}
      </WrappingButton>
      {isOpen && (
        <LazyRetryDialog
          flowId={flowId}
          batch={batch}
          {...(record && { record })}
          note={retryNote}
          onStarted={(id) => void navigate(toRun(id))}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

type RecordRetryButtonProps = Pick<RetryDialogProps, "flowId" | "batch"> & {
  readonly row: BatchRecord;
  readonly name: string;
  readonly steps: readonly StepResult[];
};

/** Retries one failed record of a batch from its failed step. */
export function RecordRetryButton({ flowId, batch, row, name, steps }: RecordRetryButtonProps) {
  const hasOptions = useOffersFeature("retryOptions");
  if (!hasOptions || row.status !== "failed") return null;
  const failed = steps.findLast(({ status }) => status === "failed");
  return (
    <RetryButton
      flowId={flowId}
      batch={batch}
      record={{ id: row.recordId, name }}
      label={failed ? `Retry from ${quoteName(failed.stepName)}…` : "Retry…"}
    />
  );
}
