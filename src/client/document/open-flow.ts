import { createStore } from "zustand/vanilla";
import type { Flow } from "#contract/flow.ts";
import { findAffectedStep } from "#core/affected-step.ts";
import type { Command } from "#core/command.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import { type History, canRedo, recordCommand, redo, sealEntry, startHistory, undo } from "#core/history.ts";
import { ARRIVALS } from "./arrival.ts";
import { type Decisions, UNDECIDED } from "./decisions.ts";
import { mintId } from "#client/data/mint-id.ts";
import { baseOf, isBehind, isOlder, isSameVersion, markOf, parseTheirs } from "./flow-version.ts";
import type { SaveFailure } from "./save-failure.ts";
import {
  type BrokenText,
  NO_TEXTS,
  type TypedTexts,
  type UnappliedText,
  isSameField,
} from "./typed-texts.ts";
import { countUnsavedEdits } from "./unsaved-edits.ts";
import { type Notice, type Noticed, createReadOrder } from "./read-order.ts";
import { type SentSave, type StandingDocument, readFate, rebaseWork, standOn } from "./sent-save.ts";
import { START, type SaveEvent, type SaveProgress, nextProgress } from "./save-machine.ts";

export interface OpenFlowState extends TypedTexts {
  /**
   * The newest version that the server is known to hold: status, dates, token. Its steps are not to be shown;
   * `history.document` is. Where it is not the version of `history.base`, the flow was changed elsewhere.
   */
  readonly flow: Flow;
  readonly history: History;
  readonly progress: SaveProgress;
  /** What was sent since the last acknowledged save: any of it may have been written, though no answer said so. */
  readonly unanswered: readonly SentSave[];
  /** What was chosen where both sides changed the same, before it is applied; it may hold texts that somebody wrote. */
  readonly decisions: Decisions;
  /** JSON.parse changed a number of this flow, so its JSON cannot be edited without changing it. */
  readonly isInexact: boolean;
  /** What is unsaved outlives this page. */
  readonly isKeptOnDevice: boolean;
}

/** What outlives the page. */
export type KeptWork = TypedTexts & Pick<OpenFlowState, "history" | "unanswered" | "decisions">;

/** One open flow: what the server holds, what the person made of it, and every way to change either. */
export function createOpenFlow(flow: Flow, options: Pick<OpenFlowState, "isInexact">) {
  const store = createStore<OpenFlowState>(() => ({
    flow,
    history: startHistory(baseOf(flow, parseFlow(flow))),
    progress: START,
    unanswered: [],
    decisions: UNDECIDED,
    isKeptOnDevice: false,
    ...NO_TEXTS,
    ...options,
  }));
  const { getState: get, setState: set } = store;

  const reads = createReadOrder();
  const advance = (event: SaveEvent) => {
    // What was asked for before that may say less.
    if (event.type === "fail" && event.failure.type === "deleted") reads.learn();
    const progress = nextProgress(get().progress, event);
    if (progress !== get().progress) set({ progress });
  };

  const setHistory = (change: (history: History) => History) => {
    const history = change(get().history);
    if (history !== get().history) set({ history });
  };

  const typing = new Set<() => void>();
  const settle = () => {
    for (const settleField of typing) settleField();
  };
  /** Read while a save was under way, whose own answer may say the same. */
  let noticed: { readonly flow: Flow; readonly isInexact: boolean; readonly notice: Notice } | undefined;

  /**
   * The server now holds `sent`, as `answer` says; edits made since stay as unsaved ones on top. Where they were put on
   * another base meanwhile, as by the undo of a merge, what was sent holds more than they know of: then this is a newer
   * version like any other.
   */
  const acceptSaved = (answer: Flow, sent: StandingDocument, at?: number) => {
    const base = baseOf(answer, parseFlow(answer, sent.document));
    reads.learn();
    // What was decided is in it, or was about versions that are gone: the next conflict is another one.
    const done = { flow: answer, unanswered: [], decisions: UNDECIDED };
    set(({ history }) => ({ ...done, history: standOn(history, sent, base) }));
    advance({ type: "acknowledge", at });
    noticeAfterSave();
  };

  /**
   * Takes a newer version for what it may be: our own save whose answer was lost, or just what stands here. Then nobody
   * else changed anything, and this is true. Where somebody did after our own save, the edits stand on that from here on:
   * what was taken back of it is their change, and not an edit of ours that is still to come.
   */
  const recognise = (answer: Flow): boolean => {
    const { unanswered } = get();
    const { holding, open, history } = readFate(answer, unanswered, get().history);
    if (holding) acceptSaved(answer, holding);
    else if (unanswered.length > 0) set({ unanswered: open, history });
    return holding !== undefined;
  };

  /**
   * The server's flow was read again. A newer definition replaces a clean document, as an edit that can be undone;
   * over unsaved edits, what is being typed included, it only says that it is there. While the page is still opening it
   * is no edit, but what the page opens with. What is known to be current counts even where it seems to be older, as after
   * a backup was put back; then what stands here may be nowhere else, and stays. Whoever reads is signed in: a save that
   * waited for that goes on. Returns what it came to.
   */
  const noticeServer = (answer: Flow, isInexact: boolean, notice: Notice = {}): Noticed => {
    const { isOpening = false, isCurrent = false, isHeld, askedAt } = notice;
    const { flow: known, progress } = get();
    if (progress.type === "saving") {
      noticed = { flow: answer, isInexact, notice };
      return "same";
    }
    advance({ type: "sign-in" });
    const isBack = reads.isPutBack(answer, known, askedAt);
    if (!isCurrent && !isBack && isOlder(answer, known)) return "same";
    if (progress.type === "deleted") {
      if (!isCurrent && reads.isOvertaken(askedAt)) return "same";
      advance({ type: "rest" });
    }
    reads.learn();
    const wasBehind = isBehind(get());
    if (isSameVersion(markOf(known), markOf(answer))) {
      set({ flow: answer, isInexact });
      return "same";
    }
    settle();
    if (recognise(answer)) {
      set({ isInexact });
      return "same";
    }
    set({ flow: answer, isInexact });
    // JSON that is not applied is no reason to keep theirs out: it says by itself that the flow has changed under it.
    const isUnsaved = countUnsavedEdits({ ...get(), unappliedText: undefined }) > 0;
    if (wasBehind || isHeld?.() === true || (isBack && !isOpening) || isUnsaved || canRedo(get().history))
      return "behind";
    const theirs = parseTheirs(get());
    if (isOpening && get().history.entries.length === 0)
      set({ history: startHistory(baseOf(answer, theirs)) });
    else rebase(theirs, ARRIVALS.updated);
    return "adopted";
  };

  const noticeAfterSave = () => {
    const news = noticed;
    noticed = undefined;
    if (news) noticeServer(news.flow, news.isInexact, news.notice);
  };

  /** Puts the document, now `document`, on the newest version as its base: one edit that can be undone. */
  const rebase = (document: FlowDocument, reason: string) => {
    const base = baseOf(get().flow, parseTheirs(get()));
    set(rebaseWork(get(), base, { document, reason }));
    advance({ type: "rest" });
  };

  return {
    ...store,

    /**
     * Fields that wait for a rest before they make an edit register here what makes it now. Returns what takes it out
     * again.
     */
    onSettle: (settle: () => void) => {
      typing.add(settle);
      return () => void typing.delete(settle);
    },

    /** Turns everything that was typed into edits, so that a save or an undo sees it. */
    settle,

    /** Applies an edit; commands with the same `coalesceKey` in a row are one undo step until `sealEdit`. */
    edit: (command: Command, coalesceKey?: string) =>
      setHistory((history) => recordCommand(history, command, coalesceKey)),

    sealEdit: () => setHistory(sealEntry),

    /** Takes the last edit back and tells which step to look at. */
    undo: (): StepKey | undefined => {
      const entry = get().history.entries[get().history.position - 1];
      setHistory(undo);
      return entry && findAffectedStep(entry, get().history.document);
    },

    redo: (): StepKey | undefined => {
      const entry = get().history.entries[get().history.position];
      setHistory(redo);
      return entry && findAffectedStep(entry, get().history.document);
    },

    /** Keeps a text that does not fit its field, in place of the one before. */
    setBrokenText: (broken: BrokenText) =>
      set(({ brokenTexts }) => ({
        brokenTexts: [...brokenTexts.filter((other) => !isSameField(other, broken)), broken],
      })),

    /** The text fits again, or was given up. */
    clearBrokenText: (key: StepKey, field: string) => {
      const left = get().brokenTexts.filter((other) => !isSameField(other, { key, field }));
      if (left.length < get().brokenTexts.length) set({ brokenTexts: left });
    },

    /** Keeps what was typed into the flow's JSON, or forgets it: it was applied or given up. */
    setUnappliedText: (unappliedText: UnappliedText | undefined) => set({ unappliedText }),

    /** Changes what was chosen of a conflict; nothing of it holds before it is applied. */
    decide: (change: (decisions: Decisions) => Decisions) =>
      set(({ decisions }) => ({ decisions: change(decisions) })),

    /** What is typed after this is an undo step of its own, so that what was saved can be reached again. */
    beginSave: (): SentSave => {
      const { history, flow, unanswered } = get();
      const sealed = sealEntry(history);
      const { document, position, base } = sealed;
      const sent = { document, position, base, key: mintId("save"), revision: flow.revision };
      set({ history: sealed, unanswered: [...unanswered, sent] });
      advance({ type: "send" });
      return sent;
    },

    /** It is certain that this save was not written, and will not be. */
    noteUnwritten: (sent: SentSave) =>
      set(({ unanswered }) => ({ unanswered: unanswered.filter((other) => other !== sent) })),

    acceptSaved,

    failSave: (failure: SaveFailure) => {
      advance({ type: "fail", failure });
      noticeAfterSave();
    },

    /** There is nothing to save by now, as a read after the last try told: no earlier try is told of or gone on with. */
    restSaving: () => {
      set({ unanswered: [] });
      if (get().progress.type !== "deleted") advance({ type: "rest" });
    },
    /** Somebody signed in: a save that waited for that goes on. */
    noticeSignIn: () => advance({ type: "sign-in" }),

    /** The flow is gone from the server. What stands here is all there is of it. */
    noticeDeletion: () => advance({ type: "fail", failure: { type: "deleted" } }),

    noticeServer,
    rebase,

    setKeptOnDevice: (isKeptOnDevice: boolean) => {
      if (get().isKeptOnDevice !== isKeptOnDevice) set({ isKeptOnDevice });
    },

    /** Takes up what was kept of an earlier page, in place of what stands here. */
    restore: (kept: KeptWork) => {
      set(kept);
      advance({ type: "rest" });
      if (isBehind(get())) recognise(get().flow);
    },

    /** The edits have found another home, or the person lets them go: nothing here is unsaved any more. */
    giveUp: () => {
      set(({ history }) => ({
        history: startHistory(history.base),
        unanswered: [],
        decisions: UNDECIDED,
        ...NO_TEXTS,
      }));
      advance({ type: "rest" });
    },

    /** Gives up the unsaved edits for the version that the server holds; undo brings them back, on their own base. */
    takeTheirs: () => rebase(parseTheirs(get()), ARRIVALS.replaced),
  };
}

export type OpenFlow = ReturnType<typeof createOpenFlow>;
