import { ArrowLeft, MoreHorizontal, Redo2, Undo2 } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { countUnsavedEdits } from "#client/document/open-flow.ts";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { PublishStatus } from "#client/flow/publish-status.tsx";
import { Button } from "#client/ui/button.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { InlineEdit } from "#client/ui/inline-edit.tsx";
import type { MenuEntry } from "#client/ui/menu-entry.ts";
import { MenuButton } from "#client/ui/menu-button.tsx";
import { SaveStatus } from "./save-status.tsx";
import { shortcuts } from "./shortcuts.ts";

type EditorHeaderProps = {
  readonly onSave: () => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onPublish: () => void;
  readonly menuEntries: () => readonly MenuEntry[];
};

export function EditorHeader({ onSave, onUndo, onRedo, onPublish, menuEntries }: EditorHeaderProps) {
  const openFlow = useOpenFlow();
  const flow = useOpenFlowState((state) => state.flow);
  const name = useOpenFlowState((state) => state.history.document.name);
  const unsaved = useOpenFlowState(countUnsavedEdits);
  const isSaving = useOpenFlowState((state) => state.progress.type === "saving");
  const isConflict = useOpenFlowState(
    (state) => state.progress.type === "failed" && state.progress.failure.type === "conflict",
  );
  const undoLabel = useOpenFlowState(({ history }) => history.entries[history.position - 1]?.label);
  const redoLabel = useOpenFlowState(({ history }) => history.entries[history.position]?.label);

  const isLive = unsaved === 0 && flow.hasUnpublishedChanges === false;
  const conflict = isConflict && unsaved > 0 ? "Changed elsewhere: settle that first." : undefined;
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-surface px-3 py-2 sm:px-4">
      <div className="flex min-w-0 flex-1 basis-full items-center gap-2 lg:basis-0">
        <Link
          to="/flows"
          aria-label="Back to the list"
          className="-ml-1 grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-ink pointer-coarse:size-10"
        >
          <ArrowLeft aria-hidden="true" className="size-4" />
        </Link>
        <div className="min-w-0 flex-1" data-in-place="">
          <h1 dir="auto" className="min-w-0 text-lg font-semibold">
            <InlineEdit
              label="Flow name"
              value={name}
              maxLength={500}
              emptyMessage="A flow needs a name."
              onCommit={(next) => openFlow.edit({ type: "renameFlow", name: next })}
            />
          </h1>
          <div className="flex min-w-0 items-center gap-2 text-sm text-muted">
            <PublishStatus flow={flow} className="shrink-0" />
            <Description />
          </div>
        </div>
      </div>
      <div className="flex min-w-0 flex-1 items-center gap-1 max-[519px]:flex-wrap max-[519px]:justify-end sm:gap-1.5 lg:flex-none">
        <span className="mr-auto min-w-0 flex-1 max-[519px]:basis-full lg:mr-2">
          <SaveStatus />
        </span>
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
        <Button
          variant={unsaved > 0 ? "primary" : "secondary"}
          busy={isSaving}
          aria-keyshortcuts="Control+S Meta+S"
          disabledReason={conflict ?? (unsaved === 0 ? "Everything is saved." : undefined)}
          onClick={onSave}
        >
          Save
        </Button>
        <Button
          disabledReason={conflict ?? (isLive ? "What is live is up to date." : undefined)}
          onClick={onPublish}
        >
          Publish
        </Button>
        <MenuButton label="Actions for this flow" icon={MoreHorizontal} entries={menuEntries} />
      </div>
    </header>
  );
}

function Description() {
  const openFlow = useOpenFlow();
  const description = useOpenFlowState((state) => state.history.document.description);
  const steps = useOpenFlowState((state) => state.history.document.steps);
  const counts = describeSteps(steps.length, steps.filter((node) => node.fields["enabled"] === false).length);
  return (
    <>
      <span className="shrink-0">{counts}</span>
      {description !== undefined && (
        <>
          <span aria-hidden="true">·</span>
          <InlineEdit
            label="Flow description"
            value={description ?? ""}
            placeholder="Add a description"
            onCommit={(next) =>
              openFlow.edit({ type: "setDescription", description: next === "" ? null : next })
            }
          />
        </>
      )}
    </>
  );
}
