import type { Flow } from "#contract/flow.ts";
import { deleteFlowAfterUndoPeriod } from "./delete-flow.ts";
import { formatStepCount, type PublishStateFields, getPublishState } from "./publish-state.ts";
import { ConfirmDialog } from "#client/ui/overlays/confirm-dialog.tsx";
import { quoteName } from "#core/text/quote-name.ts";
import { useDeletedScheduleNote } from "./schedules/schedule-notes.tsx";

/** The name, or “delete” if a sentence cannot show the name unchanged. */
export const getTypeableName = (name: string): string =>
  quoteName(name).slice(1, -1) === name ? name : "delete";

type DeleteFlowDialogProps = {
  readonly flow: Pick<Flow, "id" | "name" | "stepCount" | "totalStepCount"> & PublishStateFields;
  readonly areEditsLost?: boolean;
  readonly onDelete: (remove: typeof deleteFlowAfterUndoPeriod) => void;
  readonly onClose: () => void;
  /** Required if the row whose menu opened the dialog may be unmounted by then. */
  readonly returnFocus?: () => HTMLElement | null;
};

/** Confirms the deletion of a flow. A published flow may be in use, so the user has to type the flow's name. */
export function DeleteFlowDialog(props: DeleteFlowDialogProps) {
  const { flow, areEditsLost = false, onDelete, onClose, returnFocus } = props;
  const state = getPublishState(flow);
  const isLive = state === "published" || state === "changed";
  const count = flow.totalStepCount ?? flow.stepCount;
  const what = count === undefined ? "The flow" : `The flow (${formatStepCount(count)})`;
  const scheduled = useDeletedScheduleNote([flow.id]);
  const lost = areEditsLost ? " Unsaved edits can’t be restored." : "";
  return (
    <ConfirmDialog
      danger
      title={`Delete ${quoteName(flow.name)}?`}
      description={`${
        isLive
          ? `This flow is live. Deleting it breaks everything that uses it and removes all versions.`
          : `${what} and its versions are deleted. You can undo this for a few seconds.`
      }${scheduled === undefined ? "" : ` ${scheduled}`}${lost}`}
      confirmLabel="Delete"
      {...(isLive && { typeToConfirm: getTypeableName(flow.name) })}
      onConfirm={() => {
        onDelete(deleteFlowAfterUndoPeriod);
        onClose();
      }}
      onClose={onClose}
      returnFocus={returnFocus}
    />
  );
}
