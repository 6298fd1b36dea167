import type { RefObject } from "react";
import type { Command } from "#core/command.ts";
import type { StepKey } from "#core/flow-document.ts";
import type { HistoryEntry } from "#core/history.ts";
import { topmostSteps } from "#core/move-steps.ts";
import { type Place, ROOT, findStep, locateSteps } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { FlowAnalysis } from "#client/document/flow-analysis.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { announce } from "#client/ui/announce.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";
import { formatCount } from "#client/ui/format-count.ts";
import type { MoveJudge } from "./judge-move.ts";
import type { BreakageStore } from "./breakage.ts";
import type { EditorDialog } from "./editor-dialogs.tsx";
import type { RowPart, StepListHandle } from "./step-list/step-list.tsx";
import type { StepSelection, StepSelectionState } from "./step-selection.ts";

export interface ActionScopeOptions {
  readonly openFlow: OpenFlow;
  readonly analysis: FlowAnalysis;
  readonly moveJudge: MoveJudge;
  readonly breakage: BreakageStore;
  readonly selection: StepSelection;
  /** Empty while the list is not to be seen. */
  readonly list: RefObject<StepListHandle | null>;
  readonly openDialog: (dialog: EditorDialog) => void;
}

type Selected = Pick<StepSelectionState, "keys" | "anchor" | "isGathering">;

/** What all actions on steps stand on. */
export function createActionScope(options: ActionScopeOptions) {
  const { openFlow, selection, list } = options;
  const selectedAround = new WeakMap<HistoryEntry, { readonly before: Selected; readonly after: Selected }>();
  const documentNow = () => openFlow.getState().history.document;

  const select = ({ keys, anchor, isGathering }: Selected) => {
    const present = locateSteps(documentNow());
    const left = [...keys].filter((key) => present.has(key));
    selection.setState({
      keys: new Set(left),
      anchor: anchor !== undefined && present.has(anchor) ? anchor : left[0],
      isGathering: isGathering && left.length > 0,
    });
  };

  const scope = {
    ...options,
    documentNow,

    focusStep: (key: StepKey, part?: RowPart) => {
      if (list.current) list.current.focusStep(key, part);
      // The list of a flow that was empty until now is only there after the next render.
      else requestAnimationFrame(() => list.current?.focusStep(key, part));
    },

    /** “Score”, or “3 steps”: those inside another one go along without being counted. */
    nameOf: (keys: readonly StepKey[]): string => {
      const [only, ...others] = topmostSteps(documentNow(), keys);
      return only && others.length === 0 ? stepName(only) : formatCount(others.length + 1, "step");
    },

    /** Says why nothing happened. */
    refuse: (reason: string) => announce(reason, "assertive"),

    /** An edit that brings or takes steps; what is selected before and after it comes back with its undo and redo. */
    editAndSelect: (command: Command, selectAfter?: () => void) => {
      const before = selection.getState();
      const document = documentNow();
      openFlow.edit(command);
      if (documentNow() === document) return;
      select(before);
      selectAfter?.();
      const { entries, position } = openFlow.getState().history;
      const entry = entries[position - 1];
      if (entry) selectedAround.set(entry, { before, after: selection.getState() });
    },

    /** Call it after the undo or redo of this entry. */
    restoreSelection: (entry: HistoryEntry, side: "before" | "after") =>
      select(selectedAround.get(entry)?.[side] ?? selection.getState()),

    /** The step whose row, or a control in it, has the focus. */
    focusedStep: (): StepKey | undefined => {
      const row = document.activeElement?.closest<HTMLElement>("[data-step-key]");
      const key = row?.dataset["stepKey"] as StepKey | undefined;
      return key !== undefined && findStep(documentNow(), key) ? key : undefined;
    },

    /** What an action on this row is about: the whole selection if the row is part of one, else the row alone. */
    targetsOf: (key: StepKey): readonly StepKey[] => {
      const { keys } = selection.getState();
      return keys.has(key)
        ? [...locateSteps(documentNow()).keys()].filter((known) => keys.has(known))
        : [key];
    },

    /** The place right after the last of these steps; for none, the end of the flow. */
    placeAfter: (keys: readonly StepKey[]): Place => {
      const last = topmostSteps(documentNow(), keys).at(-1);
      const at = last && locateSteps(documentNow()).get(last.key);
      return at ? { list: at.list, index: at.index + 1 } : { list: ROOT, index: documentNow().steps.length };
    },

    /** Where something new goes that is asked for without a place: beside what has the focus, else what is selected. */
    placeHere: (): Place => list.current?.findFocusedBranch() ?? scope.placeAfter(scope.targetsNow()),

    /** What a shortcut of the page is about: the row that has the focus, else what is selected. */
    targetsNow: (): readonly StepKey[] => {
      const isThere = (key: StepKey) => findStep(documentNow(), key) !== undefined;
      const key = scope.focusedStep() ?? [...selection.getState().keys].find(isThere);
      return key === undefined ? [] : scope.targetsOf(key);
    },
  };
  return scope;
}

export type ActionScope = ReturnType<typeof createActionScope>;

/** The button that adds to the end of the flow, once it is drawn. */
export function focusAddStep(): void {
  wishFocus(() => document.querySelector<HTMLElement>("[data-add-step]"));
}
