import { History, Undo2, X } from "lucide-react";
import { useRef } from "react";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useFocusBack } from "#client/features/flow-editor/use-focus-back.ts";
import { Button } from "#client/ui/button.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import type { Restored } from "./restore-dialog.tsx";

export type RestoredBarProps = {
  readonly restored: Restored;
  readonly onUndo: () => void;
  readonly onDismiss: () => void;
};

/** What the editor holds since a version was put back, for as long as it is just that. It was announced with the edit itself. */
export function RestoredBar({ restored, onUndo, onDismiss }: RestoredBarProps) {
  const isStillIt = useOpenFlowState(({ history }) => history.document === restored.document);
  return isStillIt ? <Bar {...{ restored, onUndo, onDismiss }} /> : null;
}

function Bar({ restored: { version }, onUndo, onDismiss }: RestoredBarProps) {
  const isSaved = useOpenFlowState((state) => countUnsavedEdits(state) === 0);
  const bar = useRef<HTMLElement>(null);
  useFocusBack(bar);
  return (
    <section
      ref={bar}
      aria-label="Restored version"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-accent-soft py-1.5 pr-2 pl-4 text-sm"
    >
      <History aria-hidden="true" className="size-4 shrink-0 text-accent" />
      <p className="min-w-48 flex-1 break-words">
        The editor holds version {version.versionNumber}
        {version.label ? (
          <>
            , <bdi>“{version.label}”</bdi>
          </>
        ) : null}
        . {isSaved ? "It is saved." : "It is not saved yet."}
      </p>
      <div className="flex items-center gap-2">
        <Button size="sm" icon={Undo2} onClick={onUndo}>
          Undo
        </Button>
        <IconButton label="Dismiss" icon={X} size="sm" onClick={onDismiss} />
      </div>
    </section>
  );
}
