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

/** Text in a JSON field that does not parse. The document keeps the last good value meanwhile, and saving waits. */
export interface BrokenText {
  readonly text: string;
  readonly message: string;
}

export interface OpenFlowState {
  /** The flow as of the last answer: status, dates, version. Its steps are not to be shown; `history.document` is. */
  readonly flow: Flow;
  /** The document that the server holds, as far as we know. */
  readonly base: FlowDocument;
  readonly history: History;
  readonly progress: SaveProgress;
  readonly brokenTexts: ReadonlyMap<StepKey, BrokenText>;
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
    brokenTexts: new Map(),
    ...options,
  }));
  const { getState: get, setState: set } = store;

  const setHistory = (change: (history: History) => History) => {
    const history = change(get().history);
    if (history !== get().history) set({ history });
  };

  const typing = new Set<() => void>();

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
    settle: () => {
      for (const settle of typing) settle();
    },

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

    /** `undefined` means that the text of this step parses again, or was discarded. */
    setBrokenText: (key: StepKey, broken: BrokenText | undefined) => {
      const brokenTexts = new Map(get().brokenTexts);
      if (broken) brokenTexts.set(key, broken);
      else if (!brokenTexts.delete(key)) return;
      set({ brokenTexts });
    },

    beginSave: () => set({ progress: { type: "saving" } }),

    /** The server now holds `sent`, as `flow` says; edits made since stay as unsaved ones on top. */
    acceptSaved: (answer: Flow, sent: FlowDocument, position: number) =>
      set(({ history }) => ({
        flow: answer,
        base: parseFlow(answer, sent),
        history: markSaved(history, position),
        progress: { type: "idle" },
      })),

    failSave: (failure: SaveFailure) => set({ progress: { type: "failed", failure } }),

    /** The edits have found another home, or the person lets them go: nothing here is unsaved any more. */
    giveUp: () =>
      set(({ base }) => ({
        history: startHistory(base),
        progress: { type: "idle" },
        brokenTexts: new Map(),
      })),

    /**
     * The server's flow was read again. A newer definition replaces a clean document, as an edit that can be undone;
     * over unsaved edits it only says that it is there. Returns what it came to.
     */
    noticeServer: (answer: Flow): "same" | "adopted" | "conflict" => {
      const { flow: known, base, history, progress } = get();
      if (progress.type === "saving" || answer.updatedAt < known.updatedAt) return "same";
      if (isSameVersion(known, answer)) {
        set({ flow: answer });
        return "same";
      }
      if (!isSameDocument(base, history.document)) {
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
          brokenTexts: new Map(),
        };
      }),
  };
}

export type OpenFlow = ReturnType<typeof createOpenFlow>;

/** The same definition: by token where the server counts versions, else by time of change. */
function isSameVersion(a: Flow, b: Flow): boolean {
  return a.versionToken !== undefined && b.versionToken !== undefined
    ? a.versionToken === b.versionToken
    : a.updatedAt === b.updatedAt;
}

/** The step whose text does not parse, if any; a deleted step's text waits for the undo that brings it back. */
export function findBrokenStep({ brokenTexts, history }: OpenFlowState): StepKey | undefined {
  return [...brokenTexts.keys()].find((key) => findStep(history.document, key) !== undefined);
}

/** Edits that the server does not hold; texts that do not parse count as one. */
export function countUnsavedEdits(state: OpenFlowState): number {
  return countUnsaved(state.history, state.base) + (findBrokenStep(state) === undefined ? 0 : 1);
}
