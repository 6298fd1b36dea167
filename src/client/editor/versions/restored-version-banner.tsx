import { History, Undo2, X } from "lucide-react";
import { useRef } from "react";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useReturnFocusOnUnmount } from "#client/editor/session/focus.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import type { RestoredVersionDocument } from "./version-dialog.tsx";

export type RestoredVersionBannerProps = {
  readonly restored: RestoredVersionDocument;
  readonly onUndo: () => void;
  readonly onDismiss: () => void;
};

/** Until the document is edited again. Needs no live region: the restore was announced. */
export function RestoredVersionBanner({ restored, onUndo, onDismiss }: RestoredVersionBannerProps) {
  const isStillRestored = useOpenFlowState(({ history }) => history.document === restored.document);
  return isStillRestored ? <Bar restored={restored} onUndo={onUndo} onDismiss={onDismiss} /> : null;
}

function Bar({ restored: { version }, onUndo, onDismiss }: RestoredVersionBannerProps) {
  const isSaved = useOpenFlowState((state) => countUnsavedEdits(state) === 0);
  const bar = useRef<HTMLElement>(null);
  useReturnFocusOnUnmount(bar);
  return (
    <section
      ref={bar}
      aria-label="Restored version"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-accent-soft py-1.5 pr-2 pl-4 text-sm"
    >
      <History aria-hidden="true" className="size-4 shrink-0 text-accent" />
      <p className="min-w-48 flex-1 break-words">
        Restored version {version.versionNumber}
        {version.label ? (
          <>
            , <bdi>“{version.label}”</bdi>
          </>
        ) : null}
        . {isSaved ? "Saved." : "Not saved yet."}
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
