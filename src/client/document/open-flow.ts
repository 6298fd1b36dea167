import { createStore } from "zustand/vanilla";
import type { Flow } from "#contract/flow.ts";
import { findAffectedStep } from "#core/affected-step.ts";
import type { Command } from "#core/command.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import {
  type History,
  countUnsaved,
  markSaved,
  recordCommand,
  redo,
  sealEntry,
  startHistory,
  undo,
} from "#core/history.ts";
import { findStep } from "#core/step-list.ts";
import { isSameDocument } from "#core/save-body.ts";
import type { SaveFailure } from "./save-failure.ts";

/** What the last attempt to save came to. Whether there is anything to save is never stored: it is compared. */
export type SaveProgress =
  | { readonly type: "idle" }
  | { readonly type: "saving" }
  | { readonly type: "failed"; readonly failure: SaveFailure };

/** Text that was typed and does not fit its field. The document keeps the last good value meanwhile, and saving waits. */
export interface BrokenText {
  readonly key: StepKey;
  /** `name`, `when`, `config`, or the path of a field inside the config, as in `config.http.url`. */
  readonly field: string;
  readonly text: string;
  readonly message: string;
}

/** The flow's JSON as somebody began to write it anew. It is work of its own until it is applied or given up. */
export interface UnappliedText {
  readonly text: string;
  /** What the text was made from: where the flow is another one by now, applying would replace that. */
  readonly since: FlowDocument;
}

export interface OpenFlowState {
  /** The flow as of the last answer: status, dates, version. Its steps are not to be shown; `history.document` is. */
  readonly flow: Flow;
  /** The document that the server holds, as far as we know. */
  readonly base: FlowDocument;
  readonly history: History;
  readonly progress: SaveProgress;
  readonly brokenTexts: readonly BrokenText[];
  readonly unappliedText: UnappliedText | undefined;
  /** JSON.parse changed a number of this flow, so its JSON cannot be edited without changing it. */
  readonly isInexact: boolean;
}

export interface OpenFlowOptions {
  readonly isInexact: boolean;
}

/** One open flow: what the server holds, what the person made of it, and every way to change either. */
export function createOpenFlow(flow: Flow, options: OpenFlowOptions) {
  const document = parseFlow(flow);
  const store = createStore<OpenFlowState>(() => ({
    flow,
    base: document,
    history: startHistory(document),
    progress: { type: "idle" },
    brokenTexts: [],
    unappliedText: undefined,
    ...options,
  }));
  const { getState: get, setState: set } = store;

  const setHistory = (change: (history: History) => History) => {
    const history = change(get().history);
    if (history !== get().history) set({ history });
  };

  const typing = new Set<() => void>();
  const settle = () => {
    for (const settleField of typing) settleField();
  };
  /** What was sent since the last acknowledged save: any of it may have been written, though no answer said so. */
  let unanswered: readonly { readonly document: FlowDocument; readonly position: number }[] = [];

  /** The server now holds `sent`, as `answer` says; edits made since stay as unsaved ones on top. */
  const acceptSaved = (answer: Flow, sent: FlowDocument, position: number) => {
    unanswered = [];
    set(({ history }) => ({
      flow: answer,
      base: parseFlow(answer, sent),
      history: markSaved(history, position),
      progress: { type: "idle" },
    }));
  };

  /**
   * Takes a newer version for what it may be: our own save whose answer was lost, or just what stands here. Then nobody
   * else changed anything. False when it is somebody else's.
   */
  const recognise = (answer: Flow): boolean => {
    const { history } = get();
    const own = [...unanswered, history].find(({ document: sent }) =>
      isSameDocument(parseFlow(answer, sent), sent),
    );
    if (own) acceptSaved(answer, own.document, own.position);
    return own !== undefined;
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

    /** What is typed after this is an undo step of its own, so that what was saved can be reached again. */
    beginSave: () => {
      const history = sealEntry(get().history);
      unanswered = [...unanswered, { document: history.document, position: history.position }];
      set({ history, progress: { type: "saving" } });
    },

    acceptSaved,
    recognise,

    failSave: (failure: SaveFailure) => set({ progress: { type: "failed", failure } }),

    /** The edits have found another home, or the person lets them go: nothing here is unsaved any more. */
    giveUp: () =>
      set(({ base }) => ({
        history: startHistory(base),
        progress: { type: "idle" },
        brokenTexts: [],
        unappliedText: undefined,
      })),

    /**
     * The server's flow was read again. A newer definition replaces a clean document, as an edit that can be undone;
     * over unsaved edits, what is being typed included, it only says that it is there. Returns what it came to.
     */
    noticeServer: (answer: Flow, isInexact: boolean): "same" | "adopted" | "conflict" => {
      const { flow: known, progress } = get();
      if (progress.type === "saving" || answer.updatedAt < known.updatedAt) return "same";
      if (isSameVersion(known, answer)) {
        set({ flow: answer, isInexact });
        return "same";
      }
      settle();
      if (recognise(answer)) return "same";
      const { base, history } = get();
      set({ isInexact });
      // JSON that is not applied is no reason to keep theirs out: it says by itself that the flow has changed under it.
      if (countUnsavedEdits({ ...get(), unappliedText: undefined }) > 0) {
        set({ progress: { type: "failed", failure: { type: "conflict", theirs: answer } } });
        return "conflict";
      }
      const theirs = parseFlow(answer, base);
      if (history.entries.length === 0) {
        set({ flow: answer, base: theirs, history: startHistory(theirs) });
        return "adopted";
      }
      const reason = "update from elsewhere";
      const next = recordCommand(history, { type: "replaceDocument", document: theirs, reason });
      set({
        flow: answer,
        base: theirs,
        history: markSaved(next, next.position),
        progress: { type: "idle" },
      });
      return "adopted";
    },

    /** Gives up the unsaved edits for the version that the server holds; undo brings them back, on top of it. */
    takeTheirs: (theirs: Flow) =>
      set(({ history }) => {
        const document = parseFlow(theirs);
        const reason = "load the version from elsewhere";
        const next = recordCommand(history, { type: "replaceDocument", document, reason });
        return {
          flow: theirs,
          base: document,
          history: markSaved(next, next.position),
          progress: { type: "idle" },
        };
      }),
  };
}

export type OpenFlow = ReturnType<typeof createOpenFlow>;

function isSameField(a: Pick<BrokenText, "key" | "field">, b: Pick<BrokenText, "key" | "field">): boolean {
  return a.key === b.key && a.field === b.field;
}

/** The same definition: by token where the server counts versions, else by time of change. */
function isSameVersion(a: Flow, b: Flow): boolean {
  return a.versionToken !== undefined && b.versionToken !== undefined
    ? a.versionToken === b.versionToken
    : a.updatedAt === b.updatedAt;
}

/** A text that does not fit its field, if any; a deleted step's text waits for the undo that brings it back. */
export function findBrokenText({ brokenTexts, history }: OpenFlowState): BrokenText | undefined {
  return brokenTexts.find(({ key }) => findStep(history.document, key) !== undefined);
}

/** Edits that the server does not hold; texts that do not fit their fields count as one, and so does JSON to be applied. */
export function countUnsavedEdits(state: OpenFlowState): number {
  const broken = findBrokenText(state) === undefined ? 0 : 1;
  return countUnsaved(state.history, state.base) + broken + (state.unappliedText === undefined ? 0 : 1);
}
