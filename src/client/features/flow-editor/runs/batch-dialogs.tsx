import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { BatchState } from "#contract/run.ts";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { countBatch } from "#client/data/batch-progress.ts";
import { runMutations } from "#client/data/run-mutations.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { MAY_NOT_RUN } from "#client/flow/run/may-not-run.ts";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { formatCount } from "#client/ui/format-count.ts";

type CancelDialogProps = {
  readonly batch: BatchState;
  readonly cancel: () => void;
  readonly onClose: () => void;
  readonly returnFocus: () => HTMLElement | null;
};

export function CancelDialog({ batch, cancel, onClose, returnFocus }: CancelDialogProps) {
  const { open } = countBatch(batch);
  return (
    <ConfirmDialog
      danger
      title="Cancel this run?"
      description={`${formatCount(open, "record")} would not be run any more. What has been done so far stays.`}
      confirmLabel="Cancel the run"
      cancelLabel="Keep it running"
      onConfirm={() => {
        cancel();
        onClose();
      }}
      {...{ onClose, returnFocus }}
    />
  );
}

type RetryDialogProps = {
  readonly flowId: string;
  readonly batch: BatchState;
  readonly onClose: () => void;
};

/** A run of its own over the records that failed; it leads there. */
export function RetryDialog({ flowId, batch, onClose }: RetryDialogProps) {
  const navigate = useNavigate();
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const { mutate, isPending, error } = useMutation(runMutations.retryFailed(flowId, batch.batchExecutionId));
  const retry = () =>
    mutate(undefined, {
      onSuccess: (batchId) => {
        onClose();
        void navigate({
          to: "/flows/$flowId/runs/$batchId",
          params: { flowId, batchId },
          search: keepStep,
          resetScroll: false,
        });
      },
    });
  const { failed } = countBatch(batch);
  return (
    <ConfirmDialog
      title={`Retry ${formatCount(failed, "failed record")}?`}
      description={
        <>
          The flow as it is saved now runs on {failed === 1 ? "it" : "them"} from its first step, as a run of
          its own. {isUnsaved && "Your unsaved edits are not part of that."}
        </>
      }
      confirmLabel="Retry"
      busy={isPending}
      error={error ? describeRetryError(error) : undefined}
      onConfirm={retry}
      onClose={onClose}
    />
  );
}

function describeRetryError(error: Error): string {
  if (error instanceof ApiError && error.status === 403) return `Nothing was run. ${MAY_NOT_RUN}`;
  return describeError(error);
}
