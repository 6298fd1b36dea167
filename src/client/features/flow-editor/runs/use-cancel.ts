import { useMutation } from "@tanstack/react-query";
import type { BatchState } from "#contract/run.ts";
import { describeError } from "#client/data/api-error.ts";
import { runMutations } from "#client/data/run-mutations.ts";
import { announce } from "#client/ui/announce.ts";
import { toasts } from "#client/ui/toasts.ts";

/** Ends a run: what waits is not begun, and what is under way stops. */
export function useCancel(flowId: string, { batchExecutionId }: BatchState) {
  const { mutate, isPending } = useMutation(runMutations.cancel(flowId, batchExecutionId));
  const cancel = () =>
    mutate(undefined, {
      onSuccess: () => announce("The run is cancelled."),
      onError: (error) => toasts.show({ tone: "danger", text: `The run goes on. ${describeError(error)}` }),
    });
  return { cancel, isCancelling: isPending };
}
