import { useMemo } from "react";
import type { FlowDocument } from "#core/flow-document.ts";
import { describeUnsaved } from "#client/features/flow-editor/describe-unsaved.ts";
import { ChangeList } from "#client/flow/change-list.tsx";
import { describeDifference } from "#client/flow/flow-difference.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { formatMoment } from "#client/ui/format-time.ts";
import { useMinuteClock } from "#client/ui/minute-clock.ts";
import type { Draft } from "./create-recovery.ts";

type ChangesDialogProps = {
  readonly draft: Pick<Draft, "work" | "claimed">;
  /** What the server holds by now, where that is another version: what changed there is shown beside. */
  readonly theirs?: FlowDocument | undefined;
  readonly onClose: () => void;
};

/** What a draft changes in the flow, in words. */
export function ChangesDialog({ draft: { work, claimed }, theirs, onClose }: ChangesDialogProps) {
  const here = useMemo(() => describeUnsaved(work), [work]);
  const elsewhere = useMemo(
    () => theirs && describeDifference(work.history.base.document, theirs),
    [work, theirs],
  );
  return (
    <Dialog
      title={`Unsaved changes from ${formatMoment(claimed.found.editedAt, useMinuteClock())}`}
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
