import { quoteName } from "#core/text/quote-name.ts";
import type { RefObject } from "react";
import type { QueryClient } from "@tanstack/react-query";
import type { EditCommand } from "#core/commands/edit-command.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { HistoryEntry } from "#core/history/edit-history.ts";
import {
  type StepPlace,
  ROOT_STEP_LIST_REF,
  findStep,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import type { JsonPath } from "#core/json/json.ts";
import type { PasteRefusalReason } from "#core/document/parse-pasted-steps.ts";
import type { FlowAnalysisService } from "#client/document/analysis/flow-analysis.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { StepUseSubject } from "#client/flow/step-uses/step-uses-dialog.tsx";
import type { CodeLanguage } from "#client/flow/code/flow-requests.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import type { ReferenceBreakingEdit } from "#client/editor/actions/dependents/reference-breaking-edit.ts";
import type { NameToRename } from "#client/editor/actions/rename-variable/name-to-rename.ts";
import type { MoveImpactAssessor, BrokenReferencesStore } from "./broken-references.ts";
import type { StepSelectionStore, StepSelectionState } from "./step-selection.ts";
import type { FlowTabName } from "./flow-tabs.tsx";

interface EditorSessionOptions {
  readonly openFlow: OpenFlow;
  readonly analysis: FlowAnalysisService;
  readonly moveAssessor: MoveImpactAssessor;
  readonly brokenReferences: BrokenReferencesStore;
  readonly selection: StepSelectionStore;
  readonly list: RefObject<StepListHandle | null>;
  readonly finder: RefObject<Finder | null>;
  /** Null before the editor's first render. */
  readonly page: RefObject<EditorPageActions | null>;
  readonly openDialog: (dialog: EditorDialog) => void;
}

type Selected = Pick<StepSelectionState, "keys" | "anchor" | "isMultiSelect">;

export function createEditorSession(options: EditorSessionOptions) {
  const { openFlow, selection, list } = options;
  const editSelections = new WeakMap<HistoryEntry, { readonly before: Selected; readonly after: Selected }>();
  const documentNow = () => openFlow.getState().history.document;

  const select = ({ keys, anchor, isMultiSelect }: Selected) => {
    const present = getLocationsOfAllSteps(documentNow());
    const remaining = [...keys].filter((key) => present.has(key));
    selection.setState({
      // Keeps the set if it is the same, because a new set brings the inspector to the front.
      keys: remaining.length === keys.size ? keys : new Set(remaining),
      anchor: anchor !== undefined && present.has(anchor) ? anchor : remaining[0],
      isMultiSelect: isMultiSelect && remaining.length > 0,
    });
  };

  const session = {
    ...options,
    documentNow,

    focusStep: (key: StepKey, part?: StepRowFocusTarget) => {
      if (list.current) list.current.focusStep(key, part);
      // Waits a frame: the list of an empty flow is mounted only when the first step is rendered.
      else requestAnimationFrame(() => list.current?.focusStep(key, part));
    },

    /** Or “3 steps”, without those that are nested in another counted step. */
    nameOf: (keys: readonly StepKey[]): string => {
      const [only, ...others] = getTopmostSteps(documentNow(), keys);
      return only && others.length === 0
        ? quoteName(getStepName(only))
        : formatCount(others.length + 1, "step");
    },

    inspect: (key: StepKey) => selection.selectOnly(key),

    refuse: (reason: string) => announceToScreenReaders(reason, "assertive"),

    /** Shows the reason to a user who may only view flows. Returns whether the edit is refused. */
    refuseEdit: (): boolean => {
      const { viewOnlyReason } = openFlow.getState();
      if (viewOnlyReason !== undefined) toasts.show({ text: viewOnlyReason });
      return viewOnlyReason !== undefined;
    },

    /** Applies a command and records the selection before and after it, for undo and redo. */
    editAndSelect: (command: EditCommand, selectAfter?: () => void) => {
      const before = selection.getState();
      const document = documentNow();
      openFlow.edit(command);
      if (documentNow() === document) return;
      select(before);
      selectAfter?.();
      const { entries, position } = openFlow.getState().history;
      const entry = entries[position - 1];
      if (entry) editSelections.set(entry, { before, after: selection.getState() });
    },

    /** Restores the selection recorded for the entry; call after undoing or redoing the entry. */
    restoreSelection: (entry: HistoryEntry, side: "before" | "after") =>
      select(editSelections.get(entry)?.[side] ?? selection.getState()),

    focusedStep: (): StepKey | undefined => {
      const row = document.activeElement?.closest<HTMLElement>("[data-step-key]");
      const key = row?.dataset["stepKey"] as StepKey | undefined;
      return key !== undefined && findStep(documentNow(), key) ? key : undefined;
    },

    /** The whole selection if the row is selected, else only this step. */
    targetsOf: (key: StepKey): readonly StepKey[] => {
      const { keys } = selection.getState();
      return keys.has(key)
        ? [...getLocationsOfAllSteps(documentNow()).keys()].filter((other) => keys.has(other))
        : [key];
    },

    /** Right after the last of the steps, or at the end of the flow if there are none. */
    placeAfter: (keys: readonly StepKey[]): StepPlace => {
      const last = getTopmostSteps(documentNow(), keys).at(-1);
      const at = last && getLocationsOfAllSteps(documentNow()).get(last.key);
      return at
        ? { list: at.list, index: at.index + 1 }
        : { list: ROOT_STEP_LIST_REF, index: documentNow().steps.length };
    },

    /** First in the focused branch, else after the focused row, else after the selection. */
    placeHere: (): StepPlace => list.current?.findFocusedBranch() ?? session.placeAfter(session.targetsNow()),

    /** The steps that a shortcut affects: those of the focused row, else the selection. */
    targetsNow: (): readonly StepKey[] => {
      const isThere = (key: StepKey) => findStep(documentNow(), key) !== undefined;
      const key = session.focusedStep() ?? [...selection.getState().keys].find(isThere);
      return key === undefined ? [] : session.targetsOf(key);
    },
  };
  return session;
}

export type EditorSession = ReturnType<typeof createEditorSession>;

export function focusAddStepButton(): void {
  requestFocusWhenRendered(() => document.querySelector<HTMLElement>("[data-add-step]"));
}

export type StepRowFocusTarget = "row" | "handle" | "menu" | "switch";

/** Gets the focus back: a part of the step's row, or a control outside the list. */
export type StepMoveTriggerControl = StepRowFocusTarget | "elsewhere";

export interface StepListHandle {
  /** Unfolds and scrolls to the step, then focuses a part of its row, mounting the row if necessary. */
  readonly focusStep: (key: StepKey, part?: StepRowFocusTarget) => void;
  /** Like `focusStep`, but leaves the focus in place and only makes the row the tab stop. */
  readonly showStep: (key: StepKey) => void;
  readonly visibleKeys: () => readonly StepKey[];
  readonly findFocusedBranch: () => StepPlace | undefined;
  readonly startRename: (key: StepKey) => void;
  /** Moves the focus, folds or unfolds. Returns false if the key has no effect. */
  readonly walk: (rowId: string, key: string) => boolean;
  readonly pickUp: (key: StepKey) => void;
  /** Moves the marker, drops the steps, or cancels. Returns false if the key has no effect. */
  readonly pressMoveKey: (key: string, isShifted: boolean) => boolean;
  readonly cancelMove: () => void;
  readonly readViewport: () => StepListViewport | undefined;
  /** Calls the listener when the list scrolls or changes its height. Returns the unsubscribe function. */
  readonly subscribeToViewport: (listener: () => void) => () => void;
  /** Scrolls so that this row, fractions included, is at the top of the viewport. */
  readonly scrollToRowOffset: (row: number) => void;
}

/** The part of the step list that is in view, measured in rows with fractions. */
export interface StepListViewport {
  readonly firstRow: number;
  readonly rowCount: number;
}

/** A range of a text in a step: UTF-16 offsets `from` and `to` in the text at the path `at`. */
export interface StepTextRange {
  readonly step: StepKey;
  readonly at: JsonPath;
  readonly from: number;
  readonly to: number;
}

export interface EditorPageActions {
  readonly client: QueryClient;
  readonly tab: FlowTabName;
  readonly showTab: (tab: FlowTabName, step?: StepKey) => void;
  readonly save: () => void;
  /** Opens the dialog, or shows the invalid input that has to be fixed first. */
  readonly openPublishDialog: () => void;
  readonly openRunDialog: () => void;
  readonly openFind: () => void;
  readonly goToAdjacentProblem: (by: 1 | -1) => void;
  readonly inspectAdjacentStep: (by: 1 | -1) => void;
  /** Shows the step in the Steps view and in the inspector, and focuses the inspector. */
  readonly showStep: (key: StepKey) => void;
  readonly showStepField: (range: StepTextRange) => void;
  readonly duplicateFlow: () => void;
}

interface Finder {
  readonly next: () => void;
  readonly previous: () => void;
  /** Focuses the search field; unless `query` is empty, also searches for it. */
  readonly search: (query: string) => void;
}

export type EditorDialog =
  | {
      readonly type: "moveTo";
      readonly keys: readonly StepKey[];
      readonly movedWith: StepMoveTriggerControl | undefined;
      readonly lead: StepKey | undefined;
    }
  | {
      readonly type: "paste";
      readonly place: StepPlace;
      readonly text: string;
      readonly reasons: readonly PasteRefusalReason[];
    }
  | { readonly type: "dependents"; readonly edit: ReferenceBreakingEdit }
  | { readonly type: "rename"; readonly subject: NameToRename }
  | ({ readonly type: "stepUses" } & StepUseSubject)
  | { readonly type: "shortcuts" }
  | { readonly type: "add"; readonly place: StepPlace }
  | { readonly type: "saveAsTemplate" }
  | { readonly type: "sampleData" }
  | { readonly type: "print"; readonly isPrinting: boolean }
  | { readonly type: "tags" }
  | { readonly type: "publish" }
  | { readonly type: "run" }
  | { readonly type: "code"; readonly language: CodeLanguage }
  | { readonly type: "resolve"; readonly isSaving: boolean }
  | { readonly type: "discard"; readonly to: "saved" | "published" }
  | { readonly type: "delete" };
