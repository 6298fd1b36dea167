import { useMutation } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useRef } from "react";
import type { BatchState } from "#contract/run.ts";
import { findMissingScope } from "#client/data/api/api-error.ts";
import { describeRunRequestError } from "#client/data/api/describe-run-error.ts";
import { UnconfirmedRunError, flowRunMutations } from "#client/data/mutations/run-mutations.ts";
import { countBatchRecords } from "#client/data/queries/batch-progress.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { createStillOnPageCheck } from "#client/page/current-page.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { ConfirmDialog } from "#client/ui/overlays/confirm-dialog.tsx";

type RetryDialogProps = {
  readonly flowId: string;
  readonly batch: BatchState;
  readonly onClose: () => void;
};

export function RetryBatchDialog({ flowId, batch, onClose }: RetryDialogProps) {
  const navigate = useNavigate();
  const router = useRouter();
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const { mutate, isPending, error } = useMutation(
    flowRunMutations.retryFailed(flowId, batch.batchExecutionId),
  );
  // Prevents a second start: a second click can arrive before the button is rendered as busy.
  const isRetrying = useRef(false);
  const retry = () => {
    if (isRetrying.current) return;
    isRetrying.current = true;
    const isStillHere = createStillOnPageCheck(router);
    mutate(undefined, {
      onSettled: () => {
        isRetrying.current = false;
      },
      onSuccess: (batchId) => {
        onClose();
        if (!isStillHere()) return;
        void navigate({
          to: "/flows/$flowId/runs/$batchId",
          params: { flowId, batchId },
          search: keepOnlyStepSearchParam,
          resetScroll: false,
        });
      },
    });
  };
  const { failed } = countBatchRecords(batch);
  return (
    <ConfirmDialog
      title={`Retry ${formatCount(failed, "failed record")}?`}
      description={
        <>
          Runs the saved flow again on {formatCount(failed, "failed record")}, from the start.{" "}
          {isUnsaved && "Unsaved edits are not included."}
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
  if (error instanceof UnconfirmedRunError)
    return "No complete response arrived, so the run may have started. Check the runs before you retry.";
  if (findMissingScope(error)) return `Not started. ${describeRunRequestError(error)}`;
  return describeRunRequestError(error);
}
