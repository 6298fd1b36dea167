import { Redo2, Undo2 } from "lucide-react";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { shortcuts } from "./shortcuts.ts";

type HistoryButtonsProps = { readonly onUndo: () => void; readonly onRedo: () => void };

/** Undo and redo, each named after the edit that it would take back or make again. */
export function HistoryButtons({ onUndo, onRedo }: HistoryButtonsProps) {
  const undoLabel = useOpenFlowState(({ history }) => history.entries[history.position - 1]?.label);
  const redoLabel = useOpenFlowState(({ history }) => history.entries[history.position]?.label);
  return (
    <>
      <IconButton
        label={undoLabel === undefined ? "Undo" : `Undo ${undoLabel}`}
        icon={Undo2}
        shortcut={shortcuts.undo.keys[0]}
        disabledReason={undoLabel === undefined ? "There is nothing to undo." : undefined}
        onClick={onUndo}
      />
      <IconButton
        label={redoLabel === undefined ? "Redo" : `Redo ${redoLabel}`}
        icon={Redo2}
        shortcut={shortcuts.redo.keys[0]}
        disabledReason={redoLabel === undefined ? "There is nothing to redo." : undefined}
        onClick={onRedo}
      />
    </>
  );
}
