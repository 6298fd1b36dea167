import { createStore } from "zustand/vanilla";
import type { Flow } from "#contract/flow.ts";
import { findStepToSelectAfterUndo } from "#core/history/step-to-select-after-undo.ts";
import type { EditCommand } from "#core/commands/edit-command.ts";
import { type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import {
  type EditHistory,
  recordCommandInHistory,
  redoHistoryEntry,
  sealLastHistoryEntry,
  createEditHistory,
  undoHistoryEntry,
} from "#core/history/edit-history.ts";
import type { OpenFlowState, OpenFlowStore } from "./open-flow-state.ts";
import {
  type InvalidFieldInput,
  NO_PENDING_USER_INPUT,
  type PendingFlowJsonText,
  isSameStepField,
} from "./pending-input.ts";
import { type ConflictDecisions, NO_CONFLICT_DECISIONS } from "./remote/decisions.ts";
import { createBaseFlowVersion } from "./remote/flow-version.ts";
import { createSaveEventReceiver } from "./saving/save-event-receiver.ts";
import { INITIAL_SAVE_STATE } from "./saving/save-transition.ts";

export function createOpenFlow(flow: Flow, options: Pick<OpenFlowState, "isInexact">) {
  const store = createStore<OpenFlowState>(() => ({
    flow,
    history: createEditHistory(createBaseFlowVersion(flow, parseFlowDocument(flow))),
    unacknowledgedSaves: [],
    decisions: NO_CONFLICT_DECISIONS,
    isPersisted: false,
    ...INITIAL_SAVE_STATE,
    ...NO_PENDING_USER_INPUT,
    ...options,
  }));
  const flushing = createFlushing();
  return {
    ...store,
    ...flushing,
    ...createEditing(store),
    ...createPendingInput(store),
    ...createSaveEventReceiver(store, flushing.flush),

    setPersisted: (isPersisted: boolean) => {
      if (store.getState().isPersisted !== isPersisted) store.setState({ isPersisted });
    },
  };
}

export type OpenFlow = ReturnType<typeof createOpenFlow>;

function createFlushing() {
  const fields = new Set<() => void>();
  return {
    /** Registers a callback that commits a field's pending input; returns its unregister function. */
    onFlush: (flushField: () => void) => {
      fields.add(flushField);
      return () => void fields.delete(flushField);
    },

    /** Commits the pending input of all fields, so that a save or an undo includes it. */
    flush: () => {
      for (const flushField of fields) flushField();
    },
  };
}

function createEditing({ getState, setState }: OpenFlowStore) {
  const change = (next: (history: EditHistory) => EditHistory) => {
    const history = next(getState().history);
    if (history !== getState().history) setState({ history });
  };
  return {
    /**
     * Applies an edit; successive commands with the same `coalesceKey` form one undo step until `sealEdit`. Ignores
     * edits of a user who may only view flows, except the replacement of the document: it also reverts and recovers
     * edits made before the user's key lost its scope.
     */
    edit: (command: EditCommand, coalesceKey?: string) => {
      if (getState().viewOnlyReason !== undefined && command.type !== "replaceDocument") return;
      change((history) => recordCommandInHistory(history, command, coalesceKey));
    },

    sealEdit: () => change(sealLastHistoryEntry),

    undo: (): StepKey | undefined => {
      const entry = getState().history.entries[getState().history.position - 1];
      change(undoHistoryEntry);
      return entry && findStepToSelectAfterUndo(entry, getState().history.document);
    },

    redo: (): StepKey | undefined => {
      const entry = getState().history.entries[getState().history.position];
      change(redoHistoryEntry);
      return entry && findStepToSelectAfterUndo(entry, getState().history.document);
    },
  };
}

function createPendingInput({ getState, setState }: OpenFlowStore) {
  return {
    setInvalidInput: (input: InvalidFieldInput) =>
      setState(({ invalidInputs }) => ({
        invalidInputs: [...invalidInputs.filter((other) => !isSameStepField(other, input)), input],
      })),

    clearInvalidInput: (key: StepKey, field: string) => {
      const { invalidInputs } = getState();
      const left = invalidInputs.filter((other) => !isSameStepField(other, { key, field }));
      if (left.length < invalidInputs.length) setState({ invalidInputs: left });
    },

    setPendingJson: (pendingJson: PendingFlowJsonText | undefined) => setState({ pendingJson }),

    /** The document changes only when the user applies the merge. */
    decide: (change: (decisions: ConflictDecisions) => ConflictDecisions) =>
      setState(({ decisions }) => ({ decisions: change(decisions) })),
  };
}
