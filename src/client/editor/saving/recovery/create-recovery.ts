import { createStore } from "zustand/vanilla";
import { parseFlowReusingStepKeys } from "#core/document/apply-edited-flow-json.ts";
import { type FlowDocument, toApiSteps } from "#core/document/flow-document.ts";
import {
  type BaseFlowVersion,
  countUnsavedHistoryEdits,
  recordRebaseInHistory,
  type EditHistory,
} from "#core/history/edit-history.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import {
  mergeNewestServerVersion,
  findInvalidInputInChangedField,
} from "#client/document/remote/merge-newest-version.ts";
import type { ClaimedJournal } from "#client/document/journal/claim-journal.ts";
import type { JournalSummary } from "#client/document/journal/list-unopened-journals.ts";
import type { OpenFlowJournal } from "#client/document/journal/journal.ts";
import type { JournalReplayResult } from "#client/document/journal/replay-journal.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { PersistedOpenFlowState, OpenFlowState } from "#client/document/open-flow-state.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import {
  replaceFlowAndPendingInput,
  bindPendingInputToLastEdit,
} from "#client/editor/session/bind-pending-input.ts";
import {
  NO_PENDING_USER_INPUT,
  type PendingUserInput,
  isSameStepField,
} from "#client/document/pending-input.ts";
import { isSameVersion, getFlowVersionIdentifier } from "#client/document/remote/flow-version.ts";
import { resolveUnacknowledgedSaves } from "#client/document/saving/unacknowledged-save.ts";

/** Unsaved work of another page, whose journal this page has claimed. */
export interface RecoverableEdits {
  readonly claimed: ClaimedJournal;
  readonly work: PersistedOpenFlowState;
  readonly rest: Exclude<JournalReplayResult, { readonly type: "restored" }> | undefined;
}

export type RecoveryBarItem =
  /** The local changes were restored as they were; the user sees them in the editor. */
  | { readonly type: "recovered"; readonly recoverable: RecoverableEdits }
  /** Not restored: the flow or the page has other changes, or the journal is partly unreadable. */
  | { readonly type: "offered"; readonly recoverable: RecoverableEdits; readonly isConflicting?: boolean }
  | { readonly type: "unreadable"; readonly claimed: ClaimedJournal }
  | { readonly type: "discarded"; readonly claimed: ClaimedJournal; readonly undo: () => void }
  | { readonly type: "taken"; readonly found: JournalSummary };

export interface EditRecoveryState {
  readonly item: RecoveryBarItem | undefined;
  readonly number: number;
  readonly total: number;
}

interface RecoveryOptions {
  readonly journal: Pick<OpenFlowJournal, "claim" | "absorb">;
  readonly untilRead: () => Promise<void>;
}

/** Restores work at once if it fits this page, else offers it. Its journal stays until either happens. */
export function createEditRecoveryController(openFlow: OpenFlow, { journal, untilRead }: RecoveryOptions) {
  const store = createStore<EditRecoveryState>(() => ({ item: undefined, number: 0, total: 0 }));
  let queue: readonly JournalSummary[] = [];
  let stopWatching = () => {};
  let isEnded = false;

  const show = (item: RecoveryBarItem | undefined) => {
    stopWatching();
    // Once the work is saved or undone: its Discard button would then affect later edits.
    stopWatching =
      item?.type === "recovered" ? openFlow.subscribe((state) => isDone(state) && void advance()) : () => {};
    store.setState({ item });
  };

  /** The base of the recovered work until that work is saved. */
  let recoveredBase: BaseFlowVersion | undefined;
  const isDone = (state: OpenFlowState) =>
    countUnsavedEdits(state) === 0 || (state.history.base !== recoveredBase && state.history.abandoned === 0);

  const advance = async (): Promise<void> => {
    show(undefined);
    const found = queue[store.getState().number];
    if (!found || isEnded) return;
    store.setState(({ number }) => ({ number: number + 1 }));
    // A storage failure is not reported: the journal is found again once storage works.
    const claimed = await journal.claim(found.id).catch(() => "failed" as const);
    if (isEnded) return claimed === "failed" ? undefined : claimed?.release();
    // The bar has shown the first journal already, so later ones that are claimed are skipped silently.
    if (claimed === "failed" || (!claimed && store.getState().number > 1)) return advance();
    if (claimed) return present(claimed);
    show({ type: "taken", found });
  };

  const present = async (claimed: ClaimedJournal): Promise<void> => {
    const { content } = claimed;
    if (content.type === "unreadable") return show({ type: "unreadable", claimed });
    const { work } = content;
    const recoverable: RecoverableEdits = {
      claimed,
      work,
      rest: content.type === "partly" ? content : undefined,
    };
    if (!fits(recoverable)) await untilRead();
    if (isEnded) return claimed.release();
    // Applies pending input to the flow before `fits` checks whether the page has edits.
    openFlow.flush();
    if (fits(recoverable)) return restoreAtOnce(recoverable);
    show({ type: "offered", recoverable });
    // The latest version of the flow may still be loading.
    stopWatching = openFlow.subscribe(() => fits(recoverable) && void restoreAtOnce(recoverable));
  };

  const fits = ({ work, rest }: RecoverableEdits) =>
    rest === undefined && relateRecoverableEdits(openFlow.getState(), work) === "fits";

  const restoreAtOnce = async (recoverable: RecoverableEdits): Promise<void> => {
    show(undefined);
    const taken = take(recoverable);
    const unsaved = countUnsavedEdits(openFlow.getState());
    recoveredBase = openFlow.getState().history.base;
    // Shows nothing if the server has all the work, as when the page was closed during a save that succeeded.
    if (unsaved > 0) show({ type: "recovered", recoverable: withCount(recoverable, unsaved) });
    await taken;
    if (unsaved === 0) await advance();
  };

  const take = ({ claimed, work }: RecoverableEdits) =>
    journal.absorb(claimed, () => {
      const relation = relateRecoverableEdits(openFlow.getState(), work);
      if (relation === "beside" || relation === "apart") replaceWork(openFlow, work);
      else openFlow.restore(work);
    });

  const discardRecovered = (item: RecoveryBarItem & { readonly type: "recovered" }) => {
    stopWatching();
    const { base } = openFlow.getState().history;
    replaceFlowAndPendingInput(openFlow, base.document, {
      reason: "discard recovered changes",
      texts: NO_PENDING_USER_INPUT,
    });
    const { position, entries } = openFlow.getState().history;
    const edit = entries[position - 1];
    show({ type: "discarded", claimed: item.recoverable.claimed, undo: () => void openFlow.undo() });
    // Removes the Undo button of the discard once the user makes another edit.
    stopWatching = openFlow.subscribe(({ history }) => {
      if (history.entries[history.position - 1] === edit) return;
      if (history.position === position - 1) show(item);
      else void advance();
    });
  };

  const decide = async (act: (recoverable: RecoverableEdits) => Promise<void>): Promise<void> => {
    const { item } = store.getState();
    if (item?.type !== "offered") return;
    show(undefined);
    openFlow.flush();
    await act(item.recoverable);
    if (!store.getState().item) await advance();
  };

  return {
    ...store,

    begin: (found: readonly JournalSummary[]): Promise<void> => {
      queue = found.toSorted((a, b) => Number(b.isOfThisTab) - Number(a.isOfThisTab));
      store.setState({ total: queue.length, number: 0 });
      return advance();
    },

    /** Goes on to the next journal. Work without a decision stays in IndexedDB and is offered again later. */
    next: (): Promise<void> => {
      release(store.getState().item);
      return advance();
    },

    discard: async (): Promise<void> => {
      const { item } = store.getState();
      if (item?.type === "recovered") return discardRecovered(item);
      if (item?.type !== "offered" && item?.type !== "unreadable") return;
      const claimed = item.type === "offered" ? item.recoverable.claimed : item.claimed;
      await claimed.discard();
      const undo = () => void claimed.undoDiscard().then(() => show(item));
      show({ type: "discarded", claimed, undo });
    },

    /** Replaces the work on this page by the offered work, including its base. */
    keep: () => decide(take),

    /** Replaces the work on this page. Resolves to whether the user must resolve conflicts. */
    mergeWithServer: async (): Promise<boolean> => {
      let isConflict = false;
      await decide(async (recoverable) => {
        await take(recoverable);
        // If the merge code fails to load, the editor shows “Changed elsewhere”, and the next save merges.
        isConflict = await mergeNewestServerVersion(openFlow).then(
          ({ type }) => type === "conflict",
          () => false,
        );
      });
      return isConflict;
    },

    /** As one edit. If both changed the same value, changes nothing and marks the offer as conflicting. */
    mergeIntoPage: () =>
      decide(async (recoverable) => {
        const { history, ...texts } = openFlow.getState();
        const document = mergeRecoveredEdits(history, recoverable.work.history);
        const input = mergePendingInput(texts, recoverable.work);
        const isUnfinished =
          document &&
          (findInvalidInputInChangedField(texts.invalidInputs, history.document, document) ??
            findInvalidInputInChangedField(
              recoverable.work.invalidInputs,
              recoverable.work.history.document,
              document,
            ));
        if (!document || !input || isUnfinished)
          return show({ type: "offered", recoverable, isConflicting: true });
        await journal.absorb(recoverable.claimed, () => {
          openFlow.decide((here) => new Map([...recoverable.work.decisions, ...here]));
          replaceFlowAndPendingInput(openFlow, document, { reason: "merge recovered changes", texts: input });
        });
      }),

    end: () => {
      isEnded = true;
      release(store.getState().item);
      show(undefined);
    },
  };
}

export type EditRecoveryController = ReturnType<typeof createEditRecoveryController>;

function release(item: RecoveryBarItem | undefined): void {
  if (item?.type === "offered") item.recoverable.claimed.release();
  // Does not release a recovered journal here: this page's journal has absorbed and releases it.
  if (item?.type === "unreadable" || item?.type === "discarded") item.claimed.release();
}

/** Replaces the work on this page by that of a journal, as one edit; undo restores the replaced work and its base. */
function replaceWork(openFlow: OpenFlow, work: PersistedOpenFlowState): void {
  openFlow.sealEdit();
  const { history, unacknowledgedSaves, decisions, invalidInputs, pendingJson } = openFlow.getState();
  const { base, document } = work.history;
  const unsaved = countUnsavedHistoryEdits(work.history);
  const replaced = recordRebaseInHistory(history, base, {
    document,
    type: "merged",
    reason: "restore recovered changes",
    unsaved,
  });
  openFlow.restore({
    history: replaced,
    unacknowledgedSaves: [...unacknowledgedSaves, ...work.unacknowledgedSaves],
    decisions: new Map([...decisions, ...work.decisions]),
    invalidInputs,
    pendingJson,
  });
  bindPendingInputToLastEdit(openFlow, work);
}

function withCount(recoverable: RecoverableEdits, unsaved: number): RecoverableEdits {
  const { claimed } = recoverable;
  return { ...recoverable, claimed: { ...claimed, found: { ...claimed.found, unsaved } } };
}

function mergePendingInput(
  here: PendingUserInput,
  recoverable: PendingUserInput,
): PendingUserInput | undefined {
  const isTaken = recoverable.invalidInputs.some((text) =>
    here.invalidInputs.some((other) => isSameStepField(other, text)),
  );
  if (isTaken || (here.pendingJson && recoverable.pendingJson)) return undefined;
  return {
    invalidInputs: [...here.invalidInputs, ...recoverable.invalidInputs],
    pendingJson: here.pendingJson ?? recoverable.pendingJson,
  };
}

/** Merges two sets of edits with the same base; returns undefined if the edits conflict. */
export function mergeRecoveredEdits(here: EditHistory, recoverable: EditHistory): FlowDocument | undefined {
  const base = here.base.document;
  // The other page may have generated different keys for steps without an id.
  const { name, description, steps } = recoverable.document;
  const theirs = parseFlowReusingStepKeys(base, { name, description, flowSteps: toApiSteps(steps) });
  const { document, conflicts } = mergeDocuments(base, here.document, theirs);
  return conflicts.length === 0 ? document : undefined;
}

export type RecoverableEditsRelation =
  /** The page has no edits on the work's base: the work can replace the document without a merge. */
  | "fits"
  /** The page has no edits and shows a newer version: the user chooses between a merge and the work as it is. */
  | "moved-on"
  /** The journal has lost the base of the work: always merged, because the page may show a newer version. */
  | "unsure"
  /** Other edits on the same base: the user can merge the work into these or replace them. */
  | "beside"
  /** Other edits on another base: the work can only replace them, because a merge needs a common base. */
  | "apart";

export function relateRecoverableEdits(
  state: OpenFlowState,
  work: PersistedOpenFlowState,
): RecoverableEditsRelation {
  const { history: recoverable, unacknowledgedSaves } = work;
  const { flow, history, invalidInputs, pendingJson } = state;
  const isUntouched = history.entries.length === 0 && invalidInputs.length === 0 && pendingJson === undefined;
  const { version } = recoverable.base;
  if (!isUntouched) return isSameVersion(history.base.version, version) ? "beside" : "apart";
  if (version.updatedAt === "") return "unsure";
  const isOwn = () =>
    resolveUnacknowledgedSaves(flow, unacknowledgedSaves, recoverable).holding !== undefined;
  return isSameVersion(getFlowVersionIdentifier(flow), version) || isOwn() ? "fits" : "moved-on";
}
