import { createElement } from "react";
import { CONDITIONAL_BRANCH_LABELS } from "#core/document/branch-step-counts.ts";
import { BRANCH_NAMES, type StepNode } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getStepName, getStepType, isStepEnabled } from "#core/document/step.ts";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { type PageCommand, type PagePart, registerPageCommands } from "#client/ui/overlays/page-commands.ts";
import { describeStepType } from "#client/flow/describe-step-type.ts";
import { useStepMoveState } from "#client/editor/session/step-move-state.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { addStepBelowAction } from "./add-step.ts";
import { type ActionTargetSteps, type EditorAction, createMenuItemOfEditorAction } from "./define-action.ts";
import { GO_TO_VIEW_ACTIONS, listShowPanelActions } from "./go-to-view.ts";
import { FLOW_ACTIONS, STEP_ACTIONS } from "./menus.ts";
import { pasteStepsAction } from "./paste.ts";

/** Registers the actions and steps of the open flow for the command palette. Returns a function that removes them. */
export function registerEditorCommands(editor: Editor): () => void {
  return registerPageCommands({
    listCommands: () => listEditorCommands(editor),
    listParts: () => listStepsAsPageParts(editor),
  });
}

const WITHOUT_TARGET: readonly EditorAction[] = [addStepBelowAction, pasteStepsAction];

/** Actions on steps affect the focused row, or else the selection. */
function listEditorCommands(editor: Editor): readonly PageCommand[] {
  const keys = editor.targetsNow();
  const targets: ActionTargetSteps = {
    keys,
    lead: editor.focusedStep() ?? keys[0],
    movedWith: "row",
    them: keys.length > 1 ? " selected steps" : "",
  };
  const blocked = explainWhyStepsAreOutOfReach(editor);
  const name = keys.length === 1 ? editor.nameOf(keys) : undefined;
  const isShown = (action: EditorAction) => action.isShown?.(editor, targets) ?? true;
  const toCommand = (action: EditorAction, reason?: string): PageCommand => {
    const item = createMenuItemOfEditorAction(action, editor, targets);
    return {
      ...item,
      id: action.id,
      ...(action.terms !== undefined && { terms: action.terms }),
      disabledReason: reason ?? item.disabledReason,
    };
  };
  return [
    ...[...FLOW_ACTIONS, ...GO_TO_VIEW_ACTIONS, ...listShowPanelActions(editor)]
      .filter(isShown)
      .map((action) => toCommand(action, action.scope === "page" ? undefined : blocked)),
    ...STEP_ACTIONS.flatMap((action) => {
      const needsTarget = !WITHOUT_TARGET.includes(action);
      if (blocked === undefined && (!needsTarget || keys.length > 0) && !isShown(action)) {
        return keys.length > 1 ? [toCommand(action, "Select a single step.")] : [];
      }
      const lacksTarget = needsTarget && keys.length === 0 ? "Select a step first." : undefined;
      const command = toCommand(action, blocked ?? lacksTarget);
      return [needsTarget && name !== undefined ? { ...command, detail: name } : command];
    }),
  ];
}

function explainWhyStepsAreOutOfReach({ page }: Editor): string | undefined {
  if (page.current?.tab !== "steps") return "Open the Steps view first.";
  return useStepMoveState.getState().type === "none" ? undefined : "Drop the moved steps first.";
}

/** Lists all steps of the open flow, nested ones too, top to bottom. */
function listStepsAsPageParts({ documentNow, page }: Editor): readonly PagePart[] {
  const parts: PagePart[] = [];
  const visit = (nodes: readonly StepNode[], place: string) => {
    for (const [index, node] of nodes.entries()) {
      const [label, type, enabled] = [getStepName(node), getStepType(node), isStepEnabled(node)];
      const typeLabel = describeStepType(type);
      parts.push({
        id: node.key,
        label,
        detail: `${index + 1} · ${typeLabel}${place}${enabled ? "" : " · off"}`,
        terms: `${typeLabel} ${type} step ${index + 1}`,
        draw: () => createElement(FlowNode, { type, enabled, size: "sm" }),
        onSelect: () => page.current?.showStep(node.key),
      });
      for (const branch of BRANCH_NAMES) {
        visit(
          node.branches?.[branch] ?? [],
          ` · in ${quoteName(label)} › ${CONDITIONAL_BRANCH_LABELS[branch]}`,
        );
      }
    }
  };
  visit(documentNow().steps, "");
  return parts;
}
