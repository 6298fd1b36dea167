import { createStore } from "zustand/vanilla";
import { countUnsaved, recordRebase } from "#core/history.ts";
import { catchUp } from "#client/document/catch-up.ts";
import type { ClaimedJournal } from "#client/document/journal/claim-journal.ts";
import type { FoundJournal } from "#client/document/journal/find-journals.ts";
import type { Journal } from "#client/document/journal/journal.ts";
import { findUnfinished } from "#client/document/find-unfinished.ts";
import type { ReplayedJournal } from "#client/document/journal/replay-journal.ts";
import type { KeptWork, OpenFlow } from "#client/document/open-flow.ts";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { replaceWork, tieTexts } from "#client/features/flow-editor/tie-texts.ts";
import { NO_TEXTS, type TypedTexts, isSameField } from "#client/document/typed-texts.ts";
import { judgeDraft } from "./judge-draft.ts";
import { mergeDraft } from "./merge-draft.ts";

/** Unsaved work that another page left behind, and that this page has now. */
export interface Draft {
  readonly claimed: ClaimedJournal;
  readonly work: KeptWork;
  /** What could not be read of it. */
  readonly rest: Exclude<ReplayedJournal, { readonly type: "restored" }> | undefined;
}

export type RecoveryItem =
  /** It stands on the page, exactly as it was. */
  | { readonly type: "recovered"; readonly draft: Draft }
  /** It is not on the page: the server has moved on, something else stands here, or not all of it could be read. */
  | { readonly type: "offered"; readonly draft: Draft; readonly isClashing?: boolean }
  | { readonly type: "unreadable"; readonly claimed: ClaimedJournal }
  | { readonly type: "discarded"; readonly claimed: ClaimedJournal; readonly undo: () => void }
  /** Another page was faster. */
  | { readonly type: "taken"; readonly found: FoundJournal };

export interface RecoveryState {
  readonly item: RecoveryItem | undefined;
  /** Of how many drafts that were found, from 1. */
  readonly number: number;
  readonly total: number;
}

interface RecoveryOptions {
  readonly journal: Pick<Journal, "claim" | "absorb">;
  /** Resolves once the server was asked what it holds now. */
  readonly untilRead: () => Promise<void>;
}

/**
 * What becomes of the unsaved work that pages left behind, one draft after the other. What stands on the version that the
 * server holds is brought back at once, onto a page that was not touched yet; the rest is offered. Nothing of it leaves
 * the device before it has another home or the person lets it go.
 */
export function createRecovery(openFlow: OpenFlow, { journal, untilRead }: RecoveryOptions) {
  const store = createStore<RecoveryState>(() => ({ item: undefined, number: 0, total: 0 }));
  let queue: readonly FoundJournal[] = [];
  let stopWatching = () => {};
  let isEnded = false;

  const show = (item: RecoveryItem | undefined) => {
    stopWatching();
    stopWatching = () => {};
    store.setState({ item });
  };

  const advance = async (): Promise<void> => {
    show(undefined);
    const found = queue[store.getState().number];
    if (!found || isEnded) return;
    store.setState(({ number }) => ({ number: number + 1 }));
    // Where storage fails nothing is said: what is there is found again when it works.
    const claimed = await journal.claim(found.id).catch(() => "failed" as const);
    if (isEnded) return claimed === "failed" ? undefined : claimed?.release();
    // Only the first is looked for by whoever opens the flow; that others are gone is news to nobody.
    if (claimed === "failed" || (!claimed && store.getState().number > 1)) return advance();
    if (claimed) return present(claimed);
    show({ type: "taken", found });
  };

  const present = async (claimed: ClaimedJournal): Promise<void> => {
    const { content } = claimed;
    if (content.type === "unreadable") return show({ type: "unreadable", claimed });
    const { work } = content;
    const draft: Draft = { claimed, work, rest: content.type === "partly" ? content : undefined };
    if (!fits(draft)) await untilRead();
    if (isEnded) return claimed.release();
    // What is being typed is there before the draft is, and may be in the very field that the draft has changed.
    openFlow.settle();
    if (fits(draft)) return bringBack(draft);
    show({ type: "offered", draft });
    // The page may still be opening: then what it reads last decides.
    stopWatching = openFlow.subscribe(() => fits(draft) && void bringBack(draft));
  };

  const fits = ({ work, rest }: Draft) =>
    rest === undefined && judgeDraft(openFlow.getState(), work) === "fits";

  const bringBack = async (draft: Draft): Promise<void> => {
    show(undefined);
    const taken = take(draft);
    const unsaved = countUnsavedEdits(openFlow.getState());
    // The page may have died while it was being saved: what the server has by now needs no word.
    if (unsaved > 0) show({ type: "recovered", draft: withCount(draft, unsaved) });
    await taken;
    if (unsaved === 0) await advance();
  };

  const take = ({ claimed, work }: Draft) =>
    journal.absorb(claimed, () => {
      const standing = judgeDraft(openFlow.getState(), work);
      if (standing === "beside" || standing === "apart") replaceBy(openFlow, work);
      else openFlow.restore(work);
    });

  const discardRecovered = (item: RecoveryItem & { readonly type: "recovered" }) => {
    const { base } = openFlow.getState().history;
    replaceWork(openFlow, base.document, { reason: "discard recovered changes", texts: NO_TEXTS });
    const { position, entries } = openFlow.getState().history;
    const edit = entries[position - 1];
    show({ type: "discarded", claimed: item.draft.claimed, undo: () => void openFlow.undo() });
    // Once something else was done, undo is no longer about this.
    stopWatching = openFlow.subscribe(({ history }) => {
      if (history.entries[history.position - 1] === edit) return;
      if (history.position === position - 1) show(item);
      else void advance();
    });
  };

  const decide = async (act: (draft: Draft) => Promise<void>): Promise<void> => {
    const { item } = store.getState();
    if (item?.type !== "offered") return;
    // Gone at once, so that no second press decides it again.
    show(undefined);
    openFlow.settle();
    await act(item.draft);
    if (!store.getState().item) await advance();
  };

  return {
    ...store,

    /** Begins with what was found, that of this very tab first. */
    begin: (found: readonly FoundJournal[]): Promise<void> => {
      queue = found.toSorted((a, b) => Number(b.isOfThisTab) - Number(a.isOfThisTab));
      store.setState({ total: queue.length, number: 0 });
      return advance();
    },

    /** Goes on to the next draft. What is not decided stays on the device, to be offered again. */
    next: (): Promise<void> => {
      release(store.getState().item);
      return advance();
    },

    discard: async (): Promise<void> => {
      const { item } = store.getState();
      if (item?.type === "recovered") return discardRecovered(item);
      if (item?.type !== "offered" && item?.type !== "unreadable") return;
      const claimed = item.type === "offered" ? item.draft.claimed : item.claimed;
      await claimed.discard();
      const undo = () => void claimed.undoDiscard().then(() => show(item));
      show({ type: "discarded", claimed, undo });
    },

    /** Takes an offered draft for what is edited here, on the version that it was made on. */
    keep: () => decide(take),

    /** The same, and brings it together with what the server holds. True where that needs a person. */
    keepAndCatchUp: async (): Promise<boolean> => {
      let isClash = false;
      await decide(async (draft) => {
        await take(draft);
        // Where its code cannot be had now, the flow says that it was changed elsewhere, and saving merges.
        isClash = await catchUp(openFlow).then(
          ({ type }) => type === "clash",
          () => false,
        );
      });
      return isClash;
    },

    /** Brings an offered draft together with what stands here, as one edit; where both changed the same, it only says so. */
    mergeIn: () =>
      decide(async (draft) => {
        const { history, ...texts } = openFlow.getState();
        const document = mergeDraft(history, draft.work.history);
        const union = joinTexts(texts, draft.work);
        const isUnfinished =
          document &&
          (findUnfinished(texts.brokenTexts, history.document, document) ??
            findUnfinished(draft.work.brokenTexts, draft.work.history.document, document));
        if (!document || !union || isUnfinished) return show({ type: "offered", draft, isClashing: true });
        await journal.absorb(draft.claimed, () => {
          openFlow.decide((here) => new Map([...draft.work.decisions, ...here]));
          replaceWork(openFlow, document, { reason: "merge recovered changes", texts: union });
        });
      }),

    /** The page is left: what is not decided is free for another one. */
    end: () => {
      isEnded = true;
      release(store.getState().item);
      show(undefined);
    },
  };
}

export type Recovery = ReturnType<typeof createRecovery>;

function release(item: RecoveryItem | undefined): void {
  if (item?.type === "offered") item.draft.claimed.release();
  // What was recovered is its new journal's to give back.
  if (item?.type === "unreadable" || item?.type === "discarded") item.claimed.release();
}

/** Puts a draft in place of what stands here, as one edit; undo has that back, on its own base. */
function replaceBy(openFlow: OpenFlow, work: KeptWork): void {
  openFlow.sealEdit();
  const { history, unanswered, decisions, brokenTexts, unappliedText } = openFlow.getState();
  const { base, document } = work.history;
  const unsaved = countUnsaved(work.history);
  const replaced = recordRebase(history, base, { document, reason: "take up recovered changes", unsaved });
  openFlow.restore({
    history: replaced,
    unanswered: [...unanswered, ...work.unanswered],
    decisions: new Map([...decisions, ...work.decisions]),
    brokenTexts,
    unappliedText,
  });
  tieTexts(openFlow, work);
}

function withCount(draft: Draft, unsaved: number): Draft {
  const { claimed } = draft;
  return { ...draft, claimed: { ...claimed, found: { ...claimed.found, unsaved } } };
}

/** Undefined where texts were typed into the same place. */
function joinTexts(here: TypedTexts, draft: TypedTexts): TypedTexts | undefined {
  const isTaken = draft.brokenTexts.some((text) =>
    here.brokenTexts.some((other) => isSameField(other, text)),
  );
  if (isTaken || (here.unappliedText && draft.unappliedText)) return undefined;
  return {
    brokenTexts: [...here.brokenTexts, ...draft.brokenTexts],
    unappliedText: here.unappliedText ?? draft.unappliedText,
  };
}
