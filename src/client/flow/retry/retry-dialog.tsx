import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { BatchState } from "#contract/run.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { findMissingScope, describeReadError } from "#client/data/api/api-error.ts";
import { describeRunRequestError } from "#client/data/api/describe-run-error.ts";
import { UnconfirmedRunError, flowRunMutations } from "#client/data/mutations/run-mutations.ts";
import { countBatchRecords } from "#client/data/queries/batch-progress.ts";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { retryQueries } from "#client/data/queries/retry-queries.ts";
import { ErrorNote } from "#client/page/error-note.tsx";
import { createStillOnPageCheck } from "#client/page/current-page.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { useIsMounted } from "#client/ui/hooks/use-is-mounted.ts";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { RetryFields } from "./retry-fields.tsx";
import { type RetryChoice, planRetry } from "./retry-choice.ts";

export type RetryDialogProps = {
  readonly flowId: string;
  readonly batch: BatchState;
  /** A record of the run, if only that one is retried. */
  readonly record?: { readonly id: string; readonly name: string };
  /** Such as that unsaved edits are not included. */
  readonly note?: string | undefined;
  readonly onStarted: (batchId: string) => void;
  readonly onClose: () => void;
};

export function RetryDialog(props: RetryDialogProps) {
  const { flowId, batch, record, note, onClose } = props;
  const { failed, total } = countBatchRecords(batch);
  const hasFailed = failed > 0 || record !== undefined;
  const hasOptions = useOffersFeature("retryOptions");
  const [choice, setChoice] = useState<RetryChoice>({
    records: hasFailed ? "failed" : "all",
    from: hasFailed ? "failedStep" : "start",
    version: "current",
    inputsText: undefined,
    recordText: undefined,
  });
  const target = { flowId, batchId: batch.batchExecutionId, recordId: record?.id };
  const query = useQuery({
    ...retryQueries.options(target, choice.version),
    enabled: hasOptions,
    placeholderData: keepPreviousData,
  });
  const options = query.data;
  const isSingle = batch.isSingle === true;
  const lacksInputs = isSingle && options?.inputs === null;
  // Results that have expired, or inputs that are not stored, leave only the start.
  const canContinue =
    choice.records === "failed" && hasFailed && options?.starts.length !== 0 && !lacksInputs;
  const from = canContinue ? choice.from : "start";
  const inputsText = choice.inputsText ?? (lacksInputs ? "" : undefined);
  const plan = planRetry({ ...choice, from, inputsText }, { isSingle, recordId: record?.id });
  const { retry, isPending, error } = useRetry(props);
  const [isReported, setReported] = useState(false);
  const start = () => {
    if (!hasOptions) return retry(undefined);
    setReported(true);
    if (plan.type === "body") retry(plan.body);
  };
  const isFlowGone = options?.hasFlow === false;

  return (
    <Dialog
      title={record ? `Retry ${quoteName(record.name)}` : "Retry run"}
      size="md"
      description={
        <>
          {hasOptions
            ? "Starts a new run. Steps that run repeat their effects, such as requests and emails."
            : `Runs the saved flow again on ${formatCount(failed, "failed record")}, from the start.`}
          {note !== undefined && ` ${note}`}
        </>
      }
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={isPending}
            disabledReason={
              isFlowGone
                ? "The flow of this run was deleted."
                : hasOptions && !options && !query.error
                  ? "Loading…"
                  : undefined
            }
            onClick={start}
          >
            Retry
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {hasOptions && (
          <RetryFields
            choice={{ ...choice, from }}
            onChange={(change) => setChoice({ ...choice, ...change })}
            options={options}
            counts={{ failed, total }}
            canContinue={canContinue}
            isSingle={isSingle}
            isOneRecord={isSingle || record !== undefined}
            faults={isReported && plan.type === "faults" ? plan : undefined}
          />
        )}
        {isFlowGone && <ErrorNote>The flow of this run was deleted, so the run can’t be retried.</ErrorNote>}
        {query.error && (
          <ErrorNote error={query.error}>
            Couldn’t load the options. {describeReadError(query.error)}
          </ErrorNote>
        )}
        {error && <ErrorNote>{describeRetryError(error)}</ErrorNote>}
      </div>
    </Dialog>
  );
}

/** After the dialog is closed, reports in a toast. */
function useRetry({ flowId, batch, onStarted, onClose }: RetryDialogProps) {
  const router = useRouter();
  const isOpen = useIsMounted();
  const { mutate, isPending, error } = useMutation(flowRunMutations.retry(flowId, batch.batchExecutionId));
  // Prevents a second start: a second click can arrive before the button is rendered as busy.
  const isRetrying = useRef(false);
  const retry = (body: Parameters<typeof mutate>[0]) => {
    if (isRetrying.current) return;
    isRetrying.current = true;
    const isStillHere = createStillOnPageCheck(router);
    mutate(body, {
      onSettled: () => {
        isRetrying.current = false;
      },
      onSuccess: (batchId) => {
        if (!isOpen.current || !isStillHere()) return void toasts.show({ text: "Retry started." });
        onClose();
        onStarted(batchId);
      },
    });
  };
  return { retry, isPending, error };
}

function describeRetryError(error: Error): string {
  if (error instanceof UnconfirmedRunError)
    return "No complete response arrived, so the run may have started. Check the runs before you retry.";
  if (findMissingScope(error)) return `Not started. ${describeRunRequestError(error)}`;
  return describeRunRequestError(error);
}
