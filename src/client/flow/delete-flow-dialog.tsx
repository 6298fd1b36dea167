import type { Flow } from "#contract/flow.ts";
import { describeSteps } from "./describe-steps.ts";
import { type PublishFields, findPublishState } from "./publish-state.ts";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { quoteName } from "#core/quote-name.ts";

type DeleteFlowDialogProps = {
  readonly flow: Pick<Flow, "name" | "stepCount"> & PublishFields;
  /** There are unsaved edits that nothing keeps. */
  readonly areEditsLost?: boolean;
  readonly onDelete: () => void;
  readonly onClose: () => void;
  /** The row whose menu opened the dialog may be gone by then. */
  readonly returnFocus?: () => HTMLElement | null;
};

/** A published flow may be in use, so its name has to be typed. */
export function DeleteFlowDialog(props: DeleteFlowDialogProps) {
  const { flow, areEditsLost = false, onDelete, onClose, returnFocus } = props;
  const state = findPublishState(flow);
  const isLive = state === "published" || state === "changed";
  const what =
    flow.stepCount === undefined ? "The flow" : `The flow with its ${describeSteps(flow.stepCount)}`;
  const lost = areEditsLost
    ? " Your unsaved edits go with it for good: this browser keeps none of them, so undo does not bring them back."
    : "";
  return (
    <ConfirmDialog
      danger
      title={`Delete ${quoteName(flow.name)}?`}
      description={`${
        isLive
          ? `It is published: whatever uses it stops working. ${what} and all its versions are deleted.`
          : `${what} and its versions are deleted. You can undo this for a few seconds.`
      }${lost}`}
      confirmLabel="Delete"
      {...(isLive && { typeToConfirm: flow.name })}
      onConfirm={() => {
        onDelete();
        onClose();
      }}
      {...{ onClose, returnFocus }}
    />
  );
}
