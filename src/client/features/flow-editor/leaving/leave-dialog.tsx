import { useEffect, useMemo, useRef, useState } from "react";
import { quoteName } from "#core/quote-name.ts";
import { useIsOffline } from "#client/data/connection.ts";
import { isBehind } from "#client/document/flow-version.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { ChangeList } from "#client/flow/change-list.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { describeUnsaved } from "#client/features/flow-editor/describe-unsaved.ts";
import { findObstacle } from "./find-obstacle.ts";

export type LeaveDialogProps = {
  /** Resolves to whether the server now holds everything. */
  readonly save: () => Promise<boolean>;
  readonly onLeave: () => void;
  readonly onStay: () => void;
};

/** Asks what becomes of unsaved edits that are about to be left, and shows what they are. */
export function LeaveDialog({ save, onLeave, onStay }: LeaveDialogProps) {
  const openFlow = useOpenFlow();
  const name = useOpenFlowState(({ history }) => history.document.name);
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  const isKept = useOpenFlowState((state) => state.isKeptOnDevice);
  // What was unsaved when it was asked for: a save that is under way does not empty the list under the reader's eyes.
  const lines = useMemo(() => describeUnsaved(openFlow.getState()), [openFlow]);
  const isOffline = useIsOffline();
  const obstacle = useObstacle(isOffline);
  const [isSaving, setSaving] = useState(false);
  const saveButton = useRef<HTMLButtonElement>(null);
  const stayButton = useRef<HTMLButtonElement>(null);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => void (isHere.current = false);
  }, []);

  const saveAndLeave = async () => {
    setSaving(true);
    const isSaved = await save();
    // Whoever stayed meanwhile is not to be sent away.
    if (!isHere.current) return;
    setSaving(false);
    if (isSaved) onLeave();
    // What clashes is put before them by another dialog.
    else if (isBehind(openFlow.getState())) onStay();
    else stayButton.current?.focus();
  };

  return (
    <Dialog
      role="alertdialog"
      size="lg"
      title="Leave with unsaved changes?"
      description={
        isUnsaved
          ? `${quoteName(name)} was edited and not saved.${isKept ? " What is kept is offered again when you open it on this device." : ""}`
          : `${quoteName(name)} is saved by now.`
      }
      initialFocus={obstacle?.isLasting ? stayButton : saveButton}
      onClose={onStay}
      footer={
        <>
          <Button ref={stayButton} onClick={onStay}>
            Stay
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              openFlow.giveUp();
              onLeave();
            }}
          >
            Leave and lose them
          </Button>
          {isKept && <Button onClick={onLeave}>Leave, keep on this device</Button>}
          <Button
            ref={saveButton}
            variant="primary"
            busy={isSaving}
            disabledReason={obstacle?.isLasting ? obstacle.text : undefined}
            onClick={() => void saveAndLeave()}
          >
            Save and leave
          </Button>
        </>
      }
    >
      {obstacle && !isSaving && (
        <p role="alert" className="mb-2 rounded-md bg-danger-soft px-3 py-2 text-sm break-words text-danger">
          Not saved. {obstacle.text}
        </p>
      )}
      <ChangeList label="Unsaved changes" lines={lines} />
    </Dialog>
  );
}

function useObstacle(isOffline: boolean) {
  const text = useOpenFlowState((state) => findObstacle(state, isOffline)?.text);
  const isLasting = useOpenFlowState((state) => findObstacle(state, isOffline)?.isLasting === true);
  return text === undefined ? undefined : { text, isLasting };
}
