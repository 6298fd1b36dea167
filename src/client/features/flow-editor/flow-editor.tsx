import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { useNavigate } from "@tanstack/react-router";
import type { StepKey } from "#core/flow-document.ts";
import { findStep } from "#core/step-list.ts";
import { useIsOffline } from "#client/data/connection.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { announce } from "#client/ui/announce.ts";
import { useDocumentTitle } from "#client/ui/use-document-title.ts";
import { EditorDialogs, type EditorDialog } from "./editor-dialogs.tsx";
import { EditorHeader } from "./editor-header.tsx";
import { EmptySteps } from "./empty-steps.tsx";
import { InspectorPane } from "./inspector-pane.tsx";
import { LeaveGuard } from "./leave-guard.tsx";
import { SaveBanner } from "./save-banner.tsx";
import { StepList, type StepListHandle } from "./step-list.tsx";
import { useEditorShortcuts } from "./use-editor-shortcuts.ts";
import { useFlowMenu } from "./use-flow-menu.ts";
import { useSave } from "./use-save.ts";

type FlowEditorProps = {
  readonly selectedStep: string | undefined;
  readonly onSelectStep: (key: string | undefined) => void;
};

/** The open flow on the page: header, list, inspector, and the paths between them. */
export function FlowEditor({ selectedStep, onSelectStep }: FlowEditorProps) {
  const openFlow = useOpenFlow();
  const navigate = useNavigate();
  const list = useRef<StepListHandle>(null);
  const [dialog, setDialog] = useState<EditorDialog>();
  const isEmpty = useOpenFlowState((state) => state.history.document.steps.length === 0);
  const selected = useOpenFlowState(({ history }) =>
    selectedStep === undefined ? undefined : findStep(history.document, selectedStep as StepKey),
  );

  useDocumentTitle(useOpenFlowState((state) => state.history.document.name));

  const select: (key: StepKey | undefined) => void = onSelectStep;
  const showBrokenText = useCallback(
    (key: StepKey) => {
      select(key);
      focusSoon("[data-config-field] .cm-content");
    },
    [select],
  );
  const save = useSave(openFlow, showBrokenText);
  useSaveWhenBack(save);

  const step = (direction: "undo" | "redo") => {
    openFlow.settle();
    const { entries, position } = openFlow.getState().history;
    const label = entries[direction === "undo" ? position - 1 : position]?.label;
    const affected = openFlow[direction]();
    if (label === undefined) return;
    announce(direction === "undo" ? `Undid ${label}.` : `Redid ${label}.`);
    // The list of a flow that was empty until now is only there after the next render.
    if (affected !== undefined) requestAnimationFrame(() => list.current?.focusStep(affected));
  };

  useEditorShortcuts({ save: () => void save(), undo: () => step("undo"), redo: () => step("redo") });
  const menuEntries = useFlowMenu(setDialog);

  return (
    <div className="flex h-[calc(100dvh-var(--bar))] min-h-80 flex-col">
      <EditorHeader
        onSave={() => void save()}
        onUndo={() => step("undo")}
        onRedo={() => step("redo")}
        onPublish={() => void save().then((isSaved) => isSaved && setDialog({ type: "publish" }))}
        menuEntries={menuEntries}
      />
      <SaveBanner
        onRetry={() => void save()}
        onCreated={(flowId) => void navigate({ to: "/flows/$flowId", params: { flowId } })}
        onShowStep={(key) => {
          select(key);
          list.current?.focusStep(key);
        }}
      />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          {isEmpty ? (
            <EmptySteps onAdd={() => setDialog({ type: "add", gap: 0 })} />
          ) : (
            <StepList
              ref={list}
              selected={selected?.key}
              onSelect={select}
              onAdd={(gap) => setDialog({ type: "add", gap })}
            />
          )}
        </div>
        {selected && (
          <InspectorPane
            node={selected}
            onClose={() => {
              select(undefined);
              list.current?.focusStep(selected.key);
            }}
          />
        )}
      </div>
      <EditorDialogs
        dialog={dialog}
        onClose={() => setDialog(undefined)}
        onAdded={(key) => {
          select(key);
          list.current?.showStep(key);
          focusSoon("[data-inspector] input[name=name]");
        }}
      />
      <LeaveGuard openFlow={openFlow} />
    </div>
  );
}

/** Edits that waited for the server are saved when it answers again; nobody has to press anything. */
function useSaveWhenBack(save: () => Promise<boolean>) {
  const isOffline = useIsOffline();
  const isWaiting = useOpenFlowState(
    (state) => state.progress.type === "failed" && state.progress.failure.type === "offline",
  );
  const retry = useEffectEvent(() => void save());
  const wasOffline = useRef(false);
  useEffect(() => {
    if (isOffline) wasOffline.current = true;
    else if (wasOffline.current && isWaiting) {
      wasOffline.current = false;
      retry();
    }
  }, [isOffline, isWaiting]);
}

/** Focuses what is about to be drawn: lazy parts may take a moment, so it is waited for, but not for long. */
function focusSoon(selector: string, attempts = 60): void {
  requestAnimationFrame(() => {
    const element = document.querySelector<HTMLElement>(selector);
    if (!element) {
      if (attempts > 0) focusSoon(selector, attempts - 1);
      return;
    }
    element.focus();
    if (element instanceof HTMLInputElement) element.select();
  });
}
