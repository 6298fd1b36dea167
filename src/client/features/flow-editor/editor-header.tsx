import { ArrowLeft, MoreHorizontal } from "lucide-react";
import { Link } from "@tanstack/react-router";
import type { StepNode } from "#core/flow-document.ts";
import { isEnabled } from "#core/step.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { InlineEdit } from "#client/ui/inline-edit.tsx";
import type { MenuEntry } from "#client/ui/menu-entry.ts";
import { MenuButton } from "#client/ui/menu-button.tsx";
import { HeaderStatus } from "./header-status.tsx";
import { HistoryButtons } from "./history-buttons.tsx";
import { SaveButtons } from "./save-buttons.tsx";
import { SaveStatus } from "./save-status.tsx";

type EditorHeaderProps = {
  readonly onSave: () => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onPublish: () => void;
  readonly onRun: () => void;
  readonly menuEntries: () => readonly MenuEntry[];
};

/** The flow as a whole. Each of its parts follows the flow by itself, so that an edit renders no more than it changes. */
export function EditorHeader({ onSave, onUndo, onRedo, onPublish, onRun, menuEntries }: EditorHeaderProps) {
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
            <FlowName />
          </h1>
          <div className="flex min-w-0 items-center gap-2 text-sm text-muted">
            <HeaderStatus className="shrink-0" />
            <StepCounts />
            <Description />
          </div>
        </div>
      </div>
      <div className="flex min-w-0 flex-1 items-center gap-1 max-[519px]:flex-wrap max-[519px]:justify-end sm:gap-1.5 lg:flex-none">
        <span className="mr-auto min-w-0 flex-1 max-[519px]:basis-full lg:mr-2">
          <SaveStatus />
        </span>
        <HistoryButtons onUndo={onUndo} onRedo={onRedo} />
        <SaveButtons {...{ onSave, onPublish, onRun }} />
        <MenuButton label="Actions for this flow" icon={MoreHorizontal} entries={menuEntries} />
      </div>
    </header>
  );
}

function FlowName() {
  const openFlow = useOpenFlow();
  const name = useOpenFlowState((state) => state.history.document.name);
  return (
    <InlineEdit
      label="Flow name"
      value={name}
      maxLength={500}
      emptyMessage="A flow needs a name."
      onCommit={(next) => openFlow.edit({ type: "renameFlow", name: next })}
    />
  );
}

function StepCounts() {
  const steps = useOpenFlowState((state) => state.history.document.steps.length);
  const off = useOpenFlowState((state) => countDisabled(state.history.document.steps));
  return <span className="shrink-0">{describeSteps(steps, off)}</span>;
}

function countDisabled(steps: readonly StepNode[]): number {
  return steps.reduce((count, node) => (isEnabled(node) ? count : count + 1), 0);
}

function Description() {
  const openFlow = useOpenFlow();
  const description = useOpenFlowState((state) => state.history.document.description);
  if (description === undefined) return null;
  return (
    <>
      <span aria-hidden="true">·</span>
      <InlineEdit
        label="Flow description"
        value={description ?? ""}
        placeholder="Add a description"
        onCommit={(next) => openFlow.edit({ type: "setDescription", description: next === "" ? null : next })}
      />
    </>
  );
}
