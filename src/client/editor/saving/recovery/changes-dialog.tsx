import { useMemo } from "react";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { listUnsavedChangeDescriptions } from "#client/editor/saving/unsaved-change-descriptions.ts";
import { ChangeList, describeFlowDifference } from "#client/flow/change-list.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";
import type { RecoverableEdits } from "./create-recovery.ts";

type ChangesDialogProps = {
  readonly recoverable: Pick<RecoverableEdits, "work" | "claimed">;
  readonly theirs?: FlowDocument | undefined;
  readonly onClose: () => void;
};

export function RecoverableChangesDialog({
  recoverable: { work, claimed },
  theirs,
  onClose,
}: ChangesDialogProps) {
  const here = useMemo(() => listUnsavedChangeDescriptions(work), [work]);
  const elsewhere = useMemo(
    () => theirs && describeFlowDifference(work.history.base.document, theirs),
    [work, theirs],
  );
  return (
    <Dialog
      title={`Unsaved changes from ${formatClockTime(claimed.found.editedAt, useMinuteClock())}`}
      onClose={onClose}
      footer={
        <Button data-autofocus="" onClick={onClose}>
          Close
        </Button>
      }
    >
      {elsewhere && <h3 className="mb-1 text-xs font-medium text-muted">Changed here</h3>}
      <ChangeList label="Unsaved changes" lines={here} />
      {elsewhere && (
        <>
          <h3 className="mt-4 mb-1 text-xs font-medium text-muted">Changed elsewhere since</h3>
          <ChangeList label="Changed elsewhere since" lines={elsewhere} />
        </>
      )}
    </Dialog>
  );
}
