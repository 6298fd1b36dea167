import { type FlowDocument, parseFlowDocument, toApiSteps } from "#core/document/flow-document.ts";
import {
  type HistoryRebaseType,
  canRedoHistoryEntry,
  sealLastHistoryEntry,
  createEditHistory,
} from "#core/history/edit-history.ts";
import { sortStepsByOrderProperty } from "#core/document/step-order.ts";
import { isEqualJson } from "#core/json/json.ts";
import type { Flow } from "#contract/flow.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import type {
  OpenFlowState,
  OpenFlowStore,
  PersistedOpenFlowState,
} from "#client/document/open-flow-state.ts";
import { NO_PENDING_USER_INPUT } from "#client/document/pending-input.ts";
import { NO_CONFLICT_DECISIONS } from "#client/document/remote/decisions.ts";
import {
  createBaseFlowVersion,
  isEditBaseBehindServerVersion,
  isOlderFlowVersion,
  isSameVersion,
  getFlowVersionIdentifier,
  parseDocumentOfServerVersion,
} from "#client/document/remote/flow-version.ts";
import { UNDO_LABEL_BY_REBASE_TYPE } from "#client/document/remote/remote-update.ts";
import type { SaveEvent, SaveRequest, SaveTimerEffect, ServerVersionReadEvent } from "./save-events.ts";
import { type DocumentSaveConditions, computeSaveTransition } from "./save-transition.ts";
import {
  type EditHistorySnapshot,
  rebaseOntoAcknowledgedSave,
  rebaseUnsavedEdits,
  resolveUnacknowledgedSaves,
} from "./unacknowledged-save.ts";
import { countUnsavedEdits, classifyUnsavedChanges, hasUnfinishedInput } from "./unsaved-edits.ts";

/** `adopted`: the page now shows this version; `behind`: it reports that a newer version exists. */
export type ReceivedFlowVersionOutcome = "same" | "adopted" | "behind";

export interface ReceivedSaveEventResult {
  readonly outcome: ReceivedFlowVersionOutcome;
  readonly request: SaveRequest | undefined;
}

/** Each event changes the document first, then the save state, which depends on the document. */
export function createSaveEventReceiver(store: OpenFlowStore, flush: () => void) {
  const { getState: get, setState: set } = store;
  const reads = createReadOrder();
  const listeners = new Set<(effect: SaveTimerEffect) => void>();

  const receive = (event: SaveEvent): ReceivedSaveEventResult => {
    if (event.type === "version") return { outcome: receiveVersion(event), request: undefined };
    changeDocument(store, reads, event);
    return { outcome: "same", request: advance(event) };
  };

  /** Returns the request that the caller must send, if any. */
  const advance = (event: SaveEvent): SaveRequest | undefined => {
    const before = get();
    const { state, effects } = computeSaveTransition(before, event, factsOf(before));
    if (state !== before) set(state);
    let request: SaveRequest | undefined;
    for (const effect of effects) {
      switch (effect.type) {
        case "raise":
          request = receive(effect.event).request ?? request;
          break;
        case "start-timer":
        case "stop-timer":
        case "save":
          for (const listener of listeners) listener(effect);
          break;
        default:
          request = effect;
      }
    }
    return request;
  };

  const { receiveVersion, matchOwnSave, rebase } = createVersionReceiver(store, reads, advance, flush);
  advanceOnChanges(store, advance);

  return {
    receive,

    /** Subscribes to timer changes and to saves that are due; returns the unsubscribe function. */
    onSchedule: (listener: (effect: SaveTimerEffect) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    rebase,

    restore: (work: PersistedOpenFlowState) => {
      set(work);
      advance({ type: "reset" });
      if (isEditBaseBehindServerVersion(get())) matchOwnSave(get().flow);
    },

    /** Discards edits, pending input and choices in conflicts. */
    giveUp: () => {
      set(({ history }) => ({
        history: createEditHistory(history.base),
        unacknowledgedSaves: [],
        decisions: NO_CONFLICT_DECISIONS,
        ...NO_PENDING_USER_INPUT,
      }));
      advance({ type: "reset" });
    },

    /** One undo restores the edits and the version on which they were based. */
    takeTheirs: () => rebase(parseDocumentOfServerVersion(get()), "replaced"),
  };
}

type AdvanceSaveState = (event: SaveEvent) => SaveRequest | undefined;

/** Changes the document as an event of a save requires, before the save state changes. */
function changeDocument(store: OpenFlowStore, reads: ReadOrder, event: SaveEvent): void {
  switch (event.type) {
    case "sent":
      return recordSent(store);
    case "acknowledged":
      return recordSaved(store, reads, event.flow, event.sent);
    case "failed":
      if (event.failure.type === "deleted") reads.recordReceipt();
      if (event.unwritten)
        store.setState(({ unacknowledgedSaves }) => ({
          unacknowledgedSaves: unacknowledgedSaves.filter((sent) => sent !== event.unwritten),
        }));
      return;
    case "deleted":
      return reads.recordReceipt();
    case "converged":
      return store.setState({ unacknowledgedSaves: [] });
    default:
  }
}

function recordSent({ getState, setState }: OpenFlowStore): void {
  // Ends the current undo step, so that undo can return to the saved document.
  const history = sealLastHistoryEntry(getState().history);
  const { document, position, base } = history;
  const { revision } = getState().flow;
  const sent = { document, position, base, key: createSortableId("save"), revision };
  setState(({ unacknowledgedSaves }) => ({ history, unacknowledgedSaves: [...unacknowledgedSaves, sent] }));
}

/** Makes the saved document the base. Edits made since the request remain unsaved. */
function recordSaved(store: OpenFlowStore, reads: ReadOrder, flow: Flow, sent: EditHistorySnapshot): void {
  const base = createBaseFlowVersion(flow, parseFlowDocument(flow, sent.document));
  reads.recordReceipt();
  store.setState(({ history }) => ({
    flow,
    unacknowledgedSaves: [],
    // Each decision was applied by the save or refers to an obsolete version.
    decisions: NO_CONFLICT_DECISIONS,
    history: rebaseOntoAcknowledgedSave(history, sent, base),
  }));
}

/** Creates the functions that apply a server version to the open flow; `flush` commits pending input. */
function createVersionReceiver(
  store: OpenFlowStore,
  reads: ReadOrder,
  advance: AdvanceSaveState,
  flush: () => void,
) {
  const { getState: get, setState: set } = store;
  const matchOwnSave = (flow: Flow): boolean => {
    const { unacknowledgedSaves } = get();
    const { holding, open, history } = resolveUnacknowledgedSaves(flow, unacknowledgedSaves, get().history);
    if (holding) {
      recordSaved(store, reads, flow, holding);
      // If the user requested a later save with more edits, that save must still be retried.
      if (holding === unacknowledgedSaves.at(-1)) advance({ type: "matched" });
    } else if (unacknowledgedSaves.length > 0) set({ unacknowledgedSaves: open, history });
    return holding !== undefined;
  };

  /** The newest server version becomes the base. One undo reverts this. */
  const rebase = (document: FlowDocument, type: HistoryRebaseType): void => {
    const base = createBaseFlowVersion(get().flow, parseDocumentOfServerVersion(get()));
    set(rebaseUnsavedEdits(get(), base, { document, type, reason: UNDO_LABEL_BY_REBASE_TYPE[type] }));
    advance({ type: "reset" });
  };

  /** With edits to save or redo, or after a restored backup, only reports that a newer version exists. */
  const showNewest = (
    { isOpening = false, isHeld }: ServerVersionReadEvent,
    isOlderRestored: boolean,
    wasBehind: boolean,
  ): ReceivedFlowVersionOutcome => {
    const { flow, history, unacknowledgedSaves } = get();
    // A subscriber may just have restored edits based on this version.
    const isNew = !wasBehind && isEditBaseBehindServerVersion(get());
    if (isNew && unacknowledgedSaves.length === 0 && isBaseOfServerVersion(get())) {
      // The version differs only in parts that the editor does not edit, such as sample data.
      set({ history: { ...history, base: createBaseFlowVersion(flow, history.base.document) } });
      return "same";
    }
    // The JSON tab itself reports that the flow has changed.
    const isUnsaved = countUnsavedEdits({ ...get(), pendingJson: undefined }) > 0;
    if (
      wasBehind ||
      isHeld?.() === true ||
      (isOlderRestored && !isOpening) ||
      isUnsaved ||
      canRedoHistoryEntry(history)
    )
      return "behind";
    const theirs = parseDocumentOfServerVersion(get());
    if (isOpening && history.entries.length === 0)
      set({ history: createEditHistory(createBaseFlowVersion(flow, theirs)) });
    else rebase(theirs, "updated");
    return "adopted";
  };

  /** Stores a version that the server sent, and shows it unless that would hide or replace local work. */
  const receiveVersion = (event: ServerVersionReadEvent): ReceivedFlowVersionOutcome => {
    const { flow: answer, isInexact, isCurrent = false, askedAt } = event;
    const { flow: known, progress } = get();
    advance(event);
    if (progress.type === "saving") return "same";
    const isOlderRestored = reads.isRestoredBackup(answer, known, askedAt);
    if (!isCurrent && !isOlderRestored && isOlderFlowVersion(answer, known)) return "same";
    if (progress.type === "deleted") {
      if (!isCurrent && reads.isOvertaken(askedAt)) return "same";
      advance({ type: "reset" });
    }
    reads.recordReceipt();
    const filled = get().fillInFields?.(get(), answer);
    if (filled) set(filled);
    const wasBehind = isEditBaseBehindServerVersion(get());
    if (isSameVersion(getFlowVersionIdentifier(known), getFlowVersionIdentifier(answer))) {
      set({ flow: answer, isInexact });
      return "same";
    }
    flush();
    if (matchOwnSave(answer)) {
      set({ isInexact });
      return "same";
    }
    set({ flow: answer, isInexact });
    return showNewest(event, isOlderRestored, wasBehind);
  };

  return { receiveVersion, matchOwnSave, rebase };
}

/** Sends only timer events: the document must not change while subscribers run. */
function advanceOnChanges({ subscribe }: OpenFlowStore, advance: AdvanceSaveState): void {
  subscribe((state, before) => {
    if (state.history !== before.history) advance({ type: "edited" });
    if (hasUnfinishedInput(before) && !hasUnfinishedInput(state)) advance({ type: "corrected" });
    if (isEditBaseBehindServerVersion(before) && !isEditBaseBehindServerVersion(state))
      advance({ type: "up-to-date" });
  });
}

/** Whether the newest server version has exactly the name, description and steps of the base. */
function isBaseOfServerVersion({ flow, history }: Pick<OpenFlowState, "flow" | "history">): boolean {
  const { name, description, steps } = history.base.document;
  return (
    name === flow.name &&
    description === flow.description &&
    isEqualJson(toApiSteps(steps), sortStepsByOrderProperty(flow.flowSteps))
  );
}

function factsOf(state: OpenFlowState): DocumentSaveConditions {
  return {
    document: state.history.document,
    isBehind: isEditBaseBehindServerVersion(state),
    hasInvalidInput: hasUnfinishedInput(state),
    unacknowledgedSaves: state.unacknowledgedSaves,
    hasUnsavedEdits: () => countUnsavedEdits(state) > 0,
    classifyChangesToSave: () => classifyUnsavedChanges(state),
  };
}

type ReadOrder = ReturnType<typeof createReadOrder>;

/** Responses may arrive out of order, but a request sent after the newest version is not stale. */
function createReadOrder() {
  let lastReceiptAt = performance.now();
  const isLater = (askedAt: number | undefined) => askedAt !== undefined && askedAt > lastReceiptAt;
  return {
    recordReceipt: () => {
      lastReceiptAt = performance.now();
    },

    /** Sent before the newest known version was received. False if the time is unknown. */
    isOvertaken: (askedAt: number | undefined) => askedAt !== undefined && !isLater(askedAt),

    /** After a restored backup. Compares revisions only, because dates depend on clocks. */
    isRestoredBackup: (answer: Flow, known: Flow, askedAt: number | undefined) =>
      isLater(askedAt) &&
      answer.revision !== undefined &&
      known.revision !== undefined &&
      answer.revision < known.revision,
  };
}
