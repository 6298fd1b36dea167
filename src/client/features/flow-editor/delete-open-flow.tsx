import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { describeError } from "#client/data/api-error.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { lazyPart, sayItDidNotOpen } from "#client/ui/lazy-part.tsx";
import { toasts } from "#client/ui/toasts.ts";

const ConfirmDialog = lazyPart(async () => (await import("#client/ui/confirm-dialog.tsx")).ConfirmDialog, {
  onFail: sayItDidNotOpen,
});

/** Deletes the flow that is open; a published one must be named, since what runs it would miss it. */
export function DeleteOpenFlow({ onClose }: { readonly onClose: () => void }) {
  const openFlow = useOpenFlow();
  const navigate = useNavigate();
  const flow = useOpenFlowState((state) => state.flow);
  const { mutate, isPending, error } = useMutation(flowMutations.remove(flow));
  const isPublished = typeof flow.publishedVersionId === "string";

  const remove = () =>
    mutate(undefined, {
      onSuccess: () => {
        openFlow.giveUp();
        toasts.show({ text: `Deleted “${flow.name}”.` });
        void navigate({ to: "/flows" });
      },
    });

  return (
    <ConfirmDialog
      title={`Delete “${flow.name}”?`}
      description={
        isPublished
          ? "It is published: what runs it will fail. The flow and all its versions are deleted for good."
          : "The flow and all its versions are deleted for good."
      }
      confirmLabel="Delete flow"
      danger
      busy={isPending}
      error={error ? describeError(error) : undefined}
      {...(isPublished && { typeToConfirm: flow.name })}
      onConfirm={remove}
      onClose={onClose}
    />
  );
}
